import { expect, test } from 'vitest';
import { MISTAKES, toldOf } from './mistakes.js';

test('an uncaught error is a text, in the words and frames of the engine', () => {
  expect(toldOf(MISTAKES.paymentHint, 'android')).toBe(`MiniProgramError
Cannot read property 'code' of undefined
TypeError: Cannot read property 'code' of undefined
    at explainFailure (https://usr/pages/pay/pay.js:118:29)
    at fail (https://usr/pages/pay/pay.js:96:12)
    at Function.<anonymous> (https://lib/WAServiceMainContext.js:1:1283041)`);
  expect(toldOf(MISTAKES.paymentHint, 'ios')).toBe(`MiniProgramError
undefined is not an object (evaluating 'result.detail.code')
TypeError: undefined is not an object (evaluating 'result.detail.code')
explainFailure@https://usr/pages/pay/pay.js:118:29
fail@https://usr/pages/pay/pay.js:96:12
@https://lib/WAServiceMainContext.js:1:1283041`);
});

test('a rejection that nobody caught brings its reason', () => {
  expect(toldOf(MISTAKES.listNotCaught, 'ios')).toMatchObject({
    reason: { name: 'Error', message: 'request:fail timeout', stack: expect.stringMatching(/^fail@/) },
  });
});
