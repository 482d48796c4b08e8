import { expect, test } from 'vitest';
import type { PushFields } from './document.js';
import { readMessage } from './message.js';

const from = { ToUserName: 'gh_x', FromUserName: 'openid', CreateTime: '1348831860', MsgId: '1234567890123456' };

test.each<[string, PushFields, object]>([
  ['text', { Content: 'hello' }, { Content: 'hello', MsgId: '1234567890123456' }],
  ['image', { PicUrl: 'http://p', MediaId: 'm' }, { PicUrl: 'http://p', MediaId: 'm' }],
  ['voice', { MediaId: 'm', Format: 'amr', Recognition: '你好' }, { Format: 'amr', Recognition: '你好' }],
  ['video', { MediaId: 'm', ThumbMediaId: 't' }, { MediaId: 'm', ThumbMediaId: 't' }],
  ['shortvideo', { MediaId: 'm', ThumbMediaId: 't' }, { MediaId: 'm', ThumbMediaId: 't' }],
  [
    'location',
    { Location_X: '23.134521', Location_Y: '113.358803', Scale: '20', Label: 'here' },
    { Location_X: 23.134521, Location_Y: 113.358803, Scale: 20, Label: 'here' },
  ],
  ['link', { Title: 't', Description: 'd', Url: 'http://u' }, { Title: 't', Description: 'd', Url: 'http://u' }],
  ['miniprogrampage', { Title: 't', AppId: 'wx1', PagePath: 'p', ThumbUrl: 'u' }, { PagePath: 'p', ThumbMediaId: '' }],
  ['event', { Event: 'CLICK', EventKey: 'V1001' }, { Event: 'CLICK', EventKey: 'V1001' }],
])('a message of the type %s is typed', (MsgType, fields, expected) => {
  const all = { ...from, MsgType, ...fields };
  expect(readMessage(all)).toMatchObject({ kind: MsgType, MsgType, CreateTime: 1348831860, ...expected, fields: all });
});

test('a number of JSON is as good as digits, and what is of no use is left out', () => {
  const message = readMessage({ ...from, CreateTime: 1, MsgId: 12, MsgType: 'text', Content: { a: 'x' } });
  expect(message).toMatchObject({ CreateTime: 1, MsgId: '12', Content: '' });
  expect(readMessage({ ...from, MsgType: 'event', Event: 'subscribe' })).not.toHaveProperty('EventKey');
  expect(readMessage({ ...from, CreateTime: 'soon', MsgType: 'text' }).CreateTime).toBe(0);
});

test('a type that is not known yet is not lost', () => {
  const fields = { ...from, MsgType: 'hologram', Size: '3' };
  expect(readMessage(fields)).toMatchObject({ kind: 'other', MsgType: 'hologram', fields });
});

test('an event of a service provider has no user', () => {
  const message = readMessage({
    AppId: 'wx1',
    CreateTime: '1413192605',
    InfoType: 'component_verify_ticket',
    ComponentVerifyTicket: 'ticket',
  });
  expect(message).toMatchObject({ kind: 'component', AppId: 'wx1', ComponentVerifyTicket: 'ticket' });
  expect(message).not.toHaveProperty('AuthorizerAppid');
});
