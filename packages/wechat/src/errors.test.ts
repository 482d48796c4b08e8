import { expect, test } from 'vitest';
import { ERRORS, errorBody } from './errors.js';

const RID = '6aac005a-01bfdbee-79769285';

test.each([
  [-1, `{"errcode":-1,"errmsg":"system error rid: ${RID}"}`],
  [40013, `{"errcode":40013,"errmsg":"invalid appid rid: ${RID}"}`],
  [
    40001,
    `{"errcode":40001,"errmsg":"invalid credential, access_token is invalid or not latest, could get access_token by getStableAccessToken, more details at https://mmbizurl.cn/s/JtxxFh33r rid: ${RID}"}`,
  ],
  [45011, `{"errcode":45011,"errmsg":"api minute-quota reach limit  mustslower  retry next minute rid: ${RID}"}`],
  [61504, `{"errcode":61504,"errmsg":"system busy now , please try later rid: ${RID}"}`],
] as const)('the body of error %i is the platform’s, byte for byte', (errcode, body) => {
  expect(errorBody(errcode, RID)).toBe(body);
});

test('every row has a text without a rid of its own, and says what it means', () => {
  for (const { errmsg, meaning } of Object.values(ERRORS)) {
    expect(errmsg).toBe(errmsg.trim());
    expect(errmsg).not.toMatch(/^$|rid:/);
    expect(meaning).not.toBe('');
  }
});
