import Fastify from 'fastify';
import { expect, test } from 'vitest';
import { buildLateSerializer, late } from './compile-late.js';

test('something late is made when it is asked for, and once', () => {
  let made = 0;
  const number = late(() => ++made);
  expect(made).toBe(0);
  expect([number(), number()]).toEqual([1, 1]);
});

test('what is made late may be nothing', () => {
  let made = 0;
  const nothing = late(() => void ++made);
  expect([nothing(), nothing(), made]).toEqual([undefined, undefined, 1]);
});

test('a late serializer leaves out what the schema does not name, as an early one does', async () => {
  const app = Fastify({ schemaController: { compilersFactory: { buildSerializer: buildLateSerializer } } });
  const response = { 200: { type: 'object', properties: { name: { type: 'string' } } } };
  app.get('/', { schema: { response } }, async () => ({ name: 'shop', secret: 'hidden' }));
  for (let again = 0; again < 2; again++) expect((await app.inject('/')).body).toBe('{"name":"shop"}');
  await app.close();
});
