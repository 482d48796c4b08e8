import { expect, test } from 'vitest';
import { readForm } from './read-form.js';

const TYPE = 'multipart/form-data; boundary=b';
const part = (disposition: string, value: string, more = '') =>
  `--b\r\nContent-Disposition: ${disposition}\r\n${more}\r\n${value}\r\n`;
const read = (body: string, type = TYPE) => readForm(type, Buffer.from(body, 'latin1'));

test('fields are read by their names in small letters, text without blanks around', async () => {
  const form = await read(
    `${part('form-data; name="Action"', ' wx.openApi ')}${part('form-data; name="requestData"', ' \xff ', 'Content-Type: application/octet-stream\r\n')}--b--`,
  );
  expect(form).toEqual(
    new Map([
      ['action', Buffer.from('wx.openApi')],
      ['requestdata', Buffer.from(' \xff ', 'latin1')],
    ]),
  );
});

test.each([
  ['a part without a name', `${part('form-data', 'x')}--b--`],
  ['a name that comes twice', `${part('form-data; name="a"', 'x')}${part('form-data; name="A"', 'y')}--b--`],
  ['a file', `${part('form-data; name="a"; filename="f"', 'x')}--b--`],
  ['too many fields', `${Array.from({ length: 33 }, (_, i) => part(`form-data; name="n${i}"`, 'x')).join('')}--b--`],
  ['a field that is too long', `${part('form-data; name="a"', 'x'.repeat(65_537))}--b--`],
  ['a name that is too long', `${part(`form-data; name="${'n'.repeat(65)}"`, 'x')}--b--`],
  ['no end', part('form-data; name="a"', 'x')],
])('a form with %s is none', async (_name, body) => {
  expect(await read(body)).toBeUndefined();
});

test('a form cut short or changed anywhere is read or refused, and harms nobody', async () => {
  const whole = `${part('form-data; name="a"', 'x')}${part('form-data; name="requestData"', 'y')}--b--\r\n`;
  for (let at = 0; at < whole.length; at++) {
    await read(whole.slice(0, at));
    for (const change of ['\0', '\n', '"', ';', '-', '\xff'])
      await read(whole.slice(0, at) + change + whole.slice(at + 1));
  }
  expect((await read(whole))?.size).toBe(2);
});
