import { expect, test } from 'vitest';
import { errCodeOf, errMsgOf, outcomeOf, reportedMessage } from './outcome.js';

type Row = [api: string, platform: string, said: string | object];

/**
 * The user backed out, in every wording known, from the platforms' documents and from what published Mini Programs
 * compare with. A platform is named where the wording is known to be its own; `any`: the common one, or nobody says.
 */
const CANCELS: Row[] = [
  ['requestPayment', 'iOS', 'requestPayment:fail cancel'],
  ['requestPayment', 'Android', 'requestPayment:fail cancel'],
  ['requestPayment', 'devtools', 'requestPayment:fail cancel'],
  ['requestPayment', 'any', 'requestPayment:fail [payment微信:-2]User canceled'],
  ['requestPayment', 'any', 'requestPayment:fail (user cancel)'],
  ['requestVirtualPayment', 'any', { errMsg: 'requestVirtualPayment:fail cancel', errCode: -2 }],
  ['requestVirtualPayment', 'PC', { errMsg: 'requestVirtualPayment:fail requestPayment:fail cancel', errCode: -2 }],
  ['requestMidasPayment', 'any', 'requestMidasPayment:fail user cancelled'],
  ['requestMerchantTransfer', 'any', 'requestMerchantTransfer:fail cancel'],
  ['scanCode', 'any', 'scanCode:fail cancel'],
  ['chooseImage', 'any', 'chooseImage:fail cancel'],
  ['chooseImage', 'any', 'chooseImage:fail User cancelled'],
  ['chooseMedia', 'any', 'chooseMedia:fail cancel'],
  ['chooseMedia', 'any', 'chooseMedia:fail:cancel'],
  ['chooseVideo', 'any', 'chooseVideo:fail cancel'],
  ['chooseVideo', 'any', 'chooseVideo:fail user canceled'],
  ['chooseMessageFile', 'any', 'chooseMessageFile:fail cancel'],
  ['chooseMessageFile', 'any', 'chooseMessageFile:fail CANCEL'],
  ['saveFileToDisk', 'PC', 'saveFileToDisk:fail user cancel'],
  ['chooseAddress', 'any', 'chooseAddress:fail cancel'],
  ['chooseAddress', 'any, old', 'chooseAddress:cancel'],
  ['chooseAddress', 'any', 'chooseAddress:fail user cancelled'],
  ['chooseAddress', 'any', 'chooseAddress:fail auth deny'],
  ['chooseAddress', 'Android', 'chooseAddress:fail:auth denied'],
  ['chooseLocation', 'any', 'chooseLocation:fail cancel'],
  ['chooseLocation', 'any', 'chooseLocation:fail auth deny'],
  ['openLocation', 'any', 'openLocation:fail cancel'],
  ['choosePoi', 'any', 'choosePoi:fail cancel'],
  ['chooseContact', 'any', 'chooseContact:fail cancel'],
  ['addPhoneContact', 'any', 'addPhoneContact:fail cancel'],
  ['addPhoneContact', 'any', 'addPhoneContact:fail auth deny'],
  ['makePhoneCall', 'any', 'makePhoneCall:fail cancel'],
  ['chooseInvoiceTitle', 'any', 'chooseInvoiceTitle:fail cancel'],
  ['chooseInvoiceTitle', 'any', 'chooseInvoiceTitle:fail auth deny'],
  ['chooseInvoiceTitle', 'any, old', 'chooseInvoiceTitle:cancel'],
  ['chooseInvoice', 'any', 'chooseInvoice:fail cancel'],
  ['chooseLicensePlate', 'any', 'chooseLicensePlate:fail cancel'],
  ['showActionSheet', 'any', 'showActionSheet:fail cancel'],
  ['authorize', 'any', 'authorize:fail auth deny'],
  ['authorize', 'any', 'authorize:fail:auth deny'],
  ['authorize', 'Android', 'authorize:fail auth denied'],
  ['authorize', 'Android', 'authorize:fail:auth denied'],
  ['openSetting', 'any', 'openSetting:fail cancel'],
  ['getUserProfile', 'any', 'getUserProfile:fail auth deny'],
  ['getUserInfo', 'any', 'getUserInfo:fail auth deny'],
  ['getUserInfo', 'any', 'getUserInfo:fail:cancel to confirm login'],
  ['getLocation', 'any', 'getLocation:fail auth deny'],
  ['getLocation', 'Android', 'getLocation:fail:auth denied'],
  ['saveImageToPhotosAlbum', 'any', 'saveImageToPhotosAlbum:fail cancel'],
  ['saveImageToPhotosAlbum', 'any', 'saveImageToPhotosAlbum:fail auth deny'],
  ['saveImageToPhotosAlbum', 'Android', 'saveImageToPhotosAlbum:fail:auth denied'],
  ['saveVideoToPhotosAlbum', 'any', 'saveVideoToPhotosAlbum:fail auth deny'],
  ['navigateToMiniProgram', 'any', 'navigateToMiniProgram:fail cancel'],
  ['navigateToMiniProgram', 'any', 'navigateToMiniProgram:fail:cancel'],
  ['shareAppMessage', 'any', 'shareAppMessage:fail cancel'],
  ['showShareImageMenu', 'any', 'showShareImageMenu:fail cancel'],
  ['shareFileMessage', 'any', 'shareFileMessage:fail cancel'],
  ['startSoterAuthentication', 'any', { errMsg: 'startSoterAuthentication:fail cancel', errCode: 90_008 }],
  ['startFacialRecognitionVerify', 'any', 'startFacialRecognitionVerify:fail cancel'],
  ['chooseImage', 'in Chinese', 'chooseImage:fail 用户取消'],
  ['chooseVideo', 'in Chinese', 'chooseVideo:fail 已取消'],
  ['chooseMedia', 'any, as an Error', new Error('chooseMedia:fail cancel')],
];

/** Nobody backed out: something did not work, or something else ended it. */
const FAILURES: Row[] = [
  ['request', 'any', 'request:fail abort'],
  ['request', 'any', 'request:fail timeout'],
  ['x', 'any', 'x:fail network canceled'],
  ['downloadFile', 'any', 'downloadFile:fail abort'],
  ['requestPayment', 'any', 'requestPayment:fail'],
  ['requestPayment', 'any', 'requestPayment:fail system error'],
  ['requestPayment', 'any', 'requestPayment:fail network canceled by system'],
  ['requestPayment', 'any', { errMsg: 'requestPayment:fail no permission', errCode: -4 }],
  ['requestVirtualPayment', 'iOS', 'requestVirtualPayment:fail INVALID_PLATFORM'],
  ['authorize', 'in Chinese', 'authorize:fail 系统错误'],
  ['chooseAddress', 'any', 'chooseAddress:fail authorize no response'],
  ['scanCode', 'any', 'scanCode:fail permission denied'],
  ['scanCode', 'any', 'scanCode:fail'],
  ['shareFileMessage', 'any', 'shareFileMessage:fail can only be invoked by user TAP gesture'],
  ['startSoterAuthentication', 'any', 'startSoterAuthentication:fail not support soter'],
  ['previewImage', 'any', 'previewImage:fail parameter error'],
  ['showModal', 'any', 'showModal:fail parameter error: parameter.cancelText should be String instead of Number'],
  ['previewImage', 'any, as an Error', new Error('parameter error')],
  ['previewImage', 'any', 'anything else'],
  ['previewImage', 'any', {}],
];

const asResult = (said: string | object) => (typeof said === 'string' ? { errMsg: said } : said);

test.each(CANCELS)('%s on %s: %o is a cancel', (_api, _platform, said) => {
  expect(outcomeOf('fail', asResult(said))).toBe('cancel');
  expect(outcomeOf('complete', asResult(said))).toBe('cancel');
});

test.each(FAILURES)('%s on %s: %o is a failure', (_api, _platform, said) => {
  expect(outcomeOf('fail', asResult(said))).toBe('fail');
});

test.each([
  ['success, whatever it says', 'success', { errMsg: 'scanCode:fail cancel' }, 'success'],
  ['success with nothing', 'success', undefined, 'success'],
  ['complete that says ok', 'complete', { errMsg: 'scanCode:ok' }, 'success'],
  ['complete that says fail', 'complete', { errMsg: 'scanCode:fail no permission' }, 'fail'],
  ['complete that says cancel', 'complete', { errMsg: 'chooseAddress:cancel' }, 'cancel'],
  ['complete that says something else', 'complete', { errMsg: 'anything else' }, 'fail'],
  ['complete that says nothing', 'complete', {}, 'unknown'],
  ['complete with nothing', 'complete', undefined, 'unknown'],
  ['fail with nothing', 'fail', undefined, 'fail'],
  ['a rejection with a text', 'fail', 'scanCode:fail cancel', 'cancel'],
  ['an exception', 'thrown', new TypeError('parameter error'), 'fail'],
  ['an exception with nothing', 'thrown', undefined, 'fail'],
  ['an end that nobody saw', 'unseen', undefined, 'unknown'],
] as const)('%s', (_name, ending, result, outcome) => {
  expect(outcomeOf(ending, result)).toBe(outcome);
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
  [`${'x'.repeat(255)}😀`, `${'x'.repeat(255)}\ud83d`],
])('what is reported of "%s"', (errMsg, reported) => {
  expect(reportedMessage({ errMsg })).toBe(reported);
});

test.each([
  [{ errCode: -2, errno: 1 }, -2],
  [{ errno: 600_001 }, 600_001],
  [{ errCode: 0 }, 0],
  [{ errCode: '1' }, undefined],
  [{ errCode: 1.5 }, undefined],
  [{ errCode: 2 ** 40 }, undefined],
  [undefined, undefined],
])('the number of %o', (result, code) => {
  expect(errCodeOf(result)).toBe(code);
});
