import { describe, expect, test } from 'vitest';
import {
  errorsSearch,
  interfaceSearch,
  interfacesSearch,
  liveSearch,
  performanceSearch,
  pushSearch,
  readAddress,
  requestSearch,
  requestsSearch,
  returnSearch,
  sessionSearch,
  userSearch,
  usersSearch,
  visitsSearch,
  writeAddress,
} from './address';

const there = {
  ...{ interfacesSearch, interfaceSearch, pushSearch },
  ...{ requestsSearch, requestSearch, performanceSearch, errorsSearch, visitsSearch },
  ...{ liveSearch, usersSearch, userSearch, sessionSearch },
};

describe('a screen comes back from its address as it was', () => {
  test.each([
    ['interfacesSearch', {}, ''],
    [
      'interfacesSearch',
      { range: '24h', search: 'pay ment&more', sort: 'durationP95Ms', order: 'asc', page: 3 },
      '?range=24h&search=pay+ment%26more&sort=durationP95Ms&order=asc&page=3',
    ],
    [
      'interfaceSearch',
      {
        from: '2026-11-01',
        to: '2026-11-05',
        view: 'table',
        scale: 'fitted',
        user: '00123',
        ip: '::1',
        outcome: 'fail',
        page: 2,
      },
      '?from=2026-11-01&to=2026-11-05&view=table&scale=fitted&user=00123&ip=%3A%3A1&outcome=fail&page=2',
    ],
    ['liveSearch', { version: '1.0,2.0', kind: 'error' }, '?version=1.0%2C2.0&kind=error'],
    [
      'usersSearch',
      { range: 'today', env: 'trial', having: 'failures', page: 4, who: 'o_Zx-9' },
      '?range=today&env=trial&having=failures&page=4&who=o_Zx-9',
    ],
    [
      'userSearch',
      { from: '2026-11-01', to: '2026-11-05', having: 'errors', page: 2 },
      '?from=2026-11-01&to=2026-11-05&having=errors&page=2',
    ],
    ['sessionSearch', { show: 'failures' }, '?show=failures'],
    [
      'visitsSearch',
      { range: '30d', platform: 'ios', show: 'pages', by: 'week', sort: 'share_uv', of: 'pages/a b/c' },
      '?range=30d&platform=ios&show=pages&by=week&sort=share_uv&of=pages%2Fa+b%2Fc',
    ],
    ['visitsSearch', { show: 'retention', who: 'new' }, '?show=retention&who=new'],
    [
      'pushSearch',
      {
        range: '24h',
        view: 'table',
        show: 'slowest',
        outcome: 'invalid_response',
        reason: 'not_swapped',
        msgType: 'event',
        event: 'user_enter_tempsession',
        host: 'shop.example:8443',
        page: 2,
        message: '00123abc',
      },
      '?range=24h&view=table&show=slowest&outcome=invalid_response&reason=not_swapped&msgType=event&event=user_enter_tempsession&host=shop.example%3A8443&page=2&message=00123abc',
    ],
    [
      'requestsSearch',
      { range: '24h', platform: 'ios', search: 'post /orders', sort: 'aborts', order: 'asc', page: 2 },
      '?range=24h&platform=ios&search=post+%2Forders&sort=aborts&order=asc&page=2',
    ],
    [
      'requestSearch',
      { onPage: 'pages/a/a', method: 'GET', host: 'a.example:8443', path: '/orders/:id', show: 'slowest', page: 2 },
      '?onPage=pages%2Fa%2Fa&method=GET&host=a.example%3A8443&path=%2Forders%2F%3Aid&show=slowest&page=2',
    ],
    ['performanceSearch', { network: 'wifi', split: 'level' }, '?network=wifi&split=level'],
    [
      'errorsSearch',
      { search: 'price', state: 'resolved', sort: 'lastSeenAt', page: 3 },
      '?search=price&state=resolved&sort=lastSeenAt&page=3',
    ],
  ] as const)('%s %o', (screen, state, address) => {
    expect(writeAddress(state)).toBe(address);
    expect(there[screen](readAddress(address))).toEqual(state);
  });
});

test('what is standard is left out', () => {
  expect(interfacesSearch(readAddress('?range=7d&sort=calls&order=desc&page=1&search='))).toEqual({});
});

test('what is broken or unknown is dropped', () => {
  expect(interfacesSearch(readAddress('?sort=password&order=up&page=-1&x=1'))).toEqual({});
  expect(interfaceSearch(readAddress('?outcome=maybe&page=1.5&view=3d'))).toEqual({});
  expect(requestsSearch(readAddress('?sort=firstSeenAt&order=desc'))).toEqual({});
  expect(requestSearch(readAddress('?show=failed&method='))).toEqual({});
  expect(performanceSearch(readAddress('?split=platform'))).toEqual({});
  expect(errorsSearch(readAddress('?state=open&sort=jsErrors'))).toEqual({});
  expect(liveSearch(readAddress('?kind=push_delivery&range=today'))).toEqual({});
  expect(sessionSearch(readAddress('?show=moon'))).toEqual({});
  expect(pushSearch(readAddress('?show=best&outcome=failed&reason=moon&message='))).toEqual({});
});

test('deliveries that went well are not looked for among those that failed', () => {
  expect(pushSearch(readAddress('?show=failed&outcome=ok&reason=covered'))).toEqual({
    outcome: 'ok',
    reason: 'covered',
  });
});

test.each([
  ['/apps/wx1/interfaces?range=today', { to: '/apps/wx1/interfaces?range=today' }],
  ['https://elsewhere.example/', {}],
  ['//elsewhere.example/', {}],
  ['/\\elsewhere.example/', {}],
  [undefined, {}],
])('after signing in, %s leads to %o', (to, search) => {
  expect(returnSearch({ to })).toEqual(search);
});
