import { createWechat } from '@minilens/wechat/client';
import { createSealer } from '@minilens/wechat/security/sealer';
import type { NewWechatKey } from '@minilens/wire/wechat-keys';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../../packages/server/src/testing/server.js';

const APPID = 'wx0123456789abcdef';

let server: TestServer;
let url = '';
beforeAll(async () => {
  server = await startTestServer(Date.now()); // the client reads the clock of the machine
  url = await server.listen();
});
afterAll(() => server.stop());

test('the client of the repository signs and encrypts, where the app must, once it has the keys', async () => {
  const { secret } = await server.addApp(APPID);
  const { body } = await server.post<NewWechatKey[]>(`/api/v1/apps/${APPID}/wechat-keys`, {}, server.asOwner);
  const [symmetric, developer, platform] = body as [NewWechatKey, NewWechatKey, NewWechatKey];
  await server.put(`/api/v1/apps/${APPID}/wechat-security`, { mode: 'required' }, server.asOwner);
  const security = createSealer({
    appid: APPID,
    symmetric: { algorithm: 'AES256_GCM', serial: symmetric.serial, key: symmetric.secret ?? '' },
    developer: { serial: developer.serial, privateKey: developer.secret ?? '' },
    platforms: [{ serial: platform.serial, certificate: platform.publicKey ?? '' }],
  });
  const day = { beginDate: '20260320', endDate: '20260320' };
  const options = { appid: APPID, secret, baseUrl: url, retries: 0 };
  await expect(createWechat(options).analysis.getDailyVisitTrend(day)).rejects.toMatchObject({ errcode: 40231 });
  const sealing = createWechat({ ...options, security });
  expect(await sealing.analysis.getDailyVisitTrend(day)).toMatchObject({ list: [{ refDate: '20260320' }] });
  await expect(sealing.analysis.getDailyVisitTrend({ ...day, endDate: 'x' })).rejects.toMatchObject({
    errcode: 61500,
  });
});
