import { expect, test } from 'vitest';
import { errCodeOf, errMsgOf, outcomeOf, reportedMessage } from './outcome.js';

test.each([
  ['scanCode:ok', 'success'],
  ['requestPayment:fail cancel', 'cancel'],
  ['chooseAddress:cancel', 'cancel'],
  ['scanCode:fail 用户取消', 'cancel'],
  ['chooseMedia:fail:cancel', 'cancel'],
  ['getUserProfile:fail user cancelled', 'cancel'],
  ['requestPayment:fail (user cancel)', 'cancel'],
  ['requestPayment:fail network canceled by system', 'fail'],
  ['scanCode:fail', 'fail'],
  ['previewImage:fail parameter error', 'fail'],
  ['anything else', 'fail'],
  ['', 'unknown'],
])('"%s" is %s', (errMsg, outcome) => {
  expect(outcomeOf(errMsg)).toBe(outcome);
});

test.each([
  [{ errMsg: 'x:fail' }, 'x:fail'],
  [new Error('thrown'), 'thrown'],
  ['a text', 'a text'],
  [undefined, ''],
  [null, ''],
  [{ errMsg: 7 }, ''],
])('the message of %o', (result, errMsg) => {
  expect(errMsgOf(result)).toBe(errMsg);
});

test.each([
  [
    'request:fail url not in domain list: https://a.test/b?token=secret, sorry',
    'request:fail url not in domain list: https://a.test/b sorry',
  ],
  ['request:fail is it? yes', 'request:fail is it? yes'],
  ['x'.repeat(300), 'x'.repeat(256)],
  [`${'x'.repeat(255)}😀`, 'x'.repeat(255)],
])('what is reported of "%s"', (errMsg, reported) => {
  expect(reportedMessage({ errMsg })).toBe(reported);
});

test.each([
  [{ errCode: -2, errno: 1 }, -2],
  [{ errno: 600_001 }, 600_001],
  [{ errCode: '1' }, undefined],
  [{ errCode: 1.5 }, undefined],
  [{ errCode: 2 ** 40 }, undefined],
  [undefined, undefined],
])('the number of %o', (result, code) => {
  expect(errCodeOf(result)).toBe(code);
});
