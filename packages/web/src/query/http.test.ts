import { expect, test } from 'vitest';
import { readAnswer } from './http';

const refusal = { code: 'STORE_BUSY', message: 'The store is busy', retry: true };

test('a good answer is its body', async () => {
  expect(await readAnswer(Response.json({ needed: false }))).toEqual({ needed: false });
});

test('an answer without a body is nothing', async () => {
  expect(await readAnswer(new Response(null, { status: 204 }))).toBeUndefined();
});

test.each([
  ['a refusal says what the server said', Response.json(refusal, { status: 503 }), { ...refusal, status: 503 }],
  ['a page of a proxy', new Response('<html>', { status: 502 }), { code: 'BAD_ANSWER', status: 502, retry: true }],
  ['a page where JSON was expected', new Response('<html>'), { code: 'BAD_ANSWER', status: 200, retry: false }],
  [
    'an error without our fields',
    Response.json({ error: 'x' }, { status: 400 }),
    { code: 'BAD_ANSWER', status: 400, retry: false },
  ],
])('%s', async (_name, response, error) => {
  await expect(readAnswer(response)).rejects.toMatchObject(error);
});
