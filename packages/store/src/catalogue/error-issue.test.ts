import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { connectStore, selectRows } from '../connect.js';
import { ISSUE } from './error-issue.js';

const directory = mkdtempSync(join(tmpdir(), 'minilens-issue-'));
const store = connectStore({ path: directory });
afterAll(async () => {
  await store.close();
  rmSync(directory, { recursive: true });
});

interface Issue {
  error: string;
  message: string;
  frame: string;
  issue: string;
}

async function issueOf(name: string, errMsg: string, stack: string): Promise<Issue> {
  const [row] = await selectRows<Issue>(
    store,
    `SELECT ${ISSUE} FROM (SELECT {name:String} AS name, {errMsg:String} AS err_msg, {stack:String} AS stack)`,
    { name, errMsg, stack },
  );
  return row as Issue;
}

test.each([
  ['x is not defined', 'x is not defined'],
  ["Cannot read property '0' of undefined", "Cannot read property ':n' of undefined"],
  ['order 8731 of o6_bmjrPTlm6_2sgVt7hMZOPfL2M is gone', 'order :n of :id is gone'],
  ['no 3F2504E0-4F89-11D3-9A0C-0305E82C3301', 'no :id'],
  ['commit 9f86d081 failed', 'commit :id failed'],
  ['took 1.25 s, not 3', 'took :n s, not :n'],
  ['12345678 and 20261124000123', ':n and :n'],
  ['requestSubscribeMessage is a feedbackHandler', 'requestSubscribeMessage is a feedbackHandler'],
  ['商品 42 已下架', '商品 :n 已下架'],
  ['it\'s \\ "quoted"\tand\nbroken', 'it\'s \\ "quoted"\tand\nbroken'],
  ['', ''],
])('the message %j is folded to %j', async (errMsg, message) => {
  expect(await issueOf('Error', errMsg, '')).toMatchObject({ error: 'Error', message, frame: '' });
});

test.each([
  [
    'of V8',
    'TypeError: x\n    at Page.onLoad (https://usr/pages/a/a.js:20:7)\n    at https://lib/WAServiceMainContext.js:2:9',
    'pages/a/a.js Page.onLoad',
  ],
  [
    'of JavaScriptCore',
    'onLoad@https://usr/pages/a/a.js:20:7\nglobal code@https://usr/app.js:1:1',
    'pages/a/a.js onLoad',
  ],
  ['without a function', 'Error\n    at https://usr/app-service.js:1:200', 'app-service.js'],
  ['without a scheme', 'Error\n    at pay (pages/pay/pay.js:3:1)', 'pages/pay/pay.js pay'],
  ['that is asynchronous', 'Error\n    at async Promise.all (index 0)\n    at async pay (app.js:3:1)', 'app.js pay'],
  ['of a constructor', 'Error\n    at new Cart (https://usr/cart.js:3:1)', 'cart.js Cart'],
  [
    'in the devtools',
    'Error\n    at Se (http://127.0.0.1:9973/appservice/pages/b/b.js? [sm]:3:1)\n    at c (http://127.0.0.1:9973/appservice/app.js:1:1)',
    'pages/b/b.js Se',
  ],
  [
    'below the base library, the agent and what has no place',
    [
      'Error: x',
      '    at Array.forEach (<anonymous>)',
      '    at Object.request (https://lib/WAServiceMainContext.js:1:100)',
      '    at WASubContext.js:1:100',
      '    at wrapped (https://usr/libs/minilens-mp-agent.js:1:4000)',
      '    at Object.<anonymous> (https://usr/pages/c/c.js:9:9)',
    ].join('\n'),
    'pages/c/c.js Object.<anonymous>',
  ],
  [
    "below a framework's runtime",
    'Error\n    at t (https://usr/common/vendor.js:1:2)\n    at n (https://usr/taro.js:1:2)\n    at pay (https://usr/pages/pay/pay.js:1:2)',
    'pages/pay/pay.js pay',
  ],
  ['of nobody', 'Error\n    at https://lib/WAServiceMainContext.js:2:9', ''],
  ['that is none', 'something else entirely', ''],
])('the frame %s', async (_which, stack, frame) => {
  expect(await issueOf('TypeError', 'x', stack)).toMatchObject({ frame });
});

test('errors are the same issue in every version, and another one when anything differs', async () => {
  const stackAt = (line: number, file = 'pages/a/a.js') => `Error\n    at go (https://usr/${file}:${line}:7)`;
  const { issue } = await issueOf('TypeError', 'order 1 is gone', stackAt(20));
  expect(issue).toBe('d5665a609bdf3998');
  expect((await issueOf('TypeError', 'order 22 is gone', stackAt(21))).issue).toBe(issue);
  for (const other of [
    issueOf('RangeError', 'order 1 is gone', stackAt(20)),
    issueOf('TypeError', 'order is gone', stackAt(20)),
    issueOf('TypeError', 'order 1 is gone', stackAt(20, 'pages/b/b.js')),
  ])
    expect((await other).issue).not.toBe(issue);
});
