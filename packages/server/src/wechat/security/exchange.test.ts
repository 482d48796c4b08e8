import { createPrivateKey, generateKeyPairSync, randomBytes, X509Certificate } from 'node:crypto';
import { ENDPOINTS, PLATFORM_ORIGIN } from '@minilens/wechat/endpoints';
import type { SymmetricKey } from '@minilens/wechat/security/content-cipher';
import { sealRequest } from '@minilens/wechat/security/request';
import { openResponse } from '@minilens/wechat/security/response';
import type { NewWechatKey, WechatKeys } from '@minilens/wire/wechat-keys';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../../testing/server.js';

const NOW = Date.UTC(2026, 10, 24, 4);
const NOW_S = NOW / 1000;
const HOUR_MS = 3_600_000;
const PATH = ENDPOINTS.getDailyVisitTrend.path;
const DAY = JSON.stringify({ begin_date: '20261123', end_date: '20261123' });
const HOST = '127.0.0.1:8321';
const PUBLIC_URL = 'https://numbers.example/minilens';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer(NOW, { MINILENS_PUBLIC_URL: PUBLIC_URL });
});
afterAll(() => server.stop());
beforeEach(() => {
  server.clock.now = NOW;
});

interface Client {
  appid: string;
  secret: string;
  symmetric: SymmetricKey;
  developer: { serial: string; privateKey: string };
  certificates: { serial: string; pem: string }[];
}

let apps = 0;
const newAppid = () => `wx${(++apps).toString(16).padStart(16, '0')}`;
const keysPath = (appid: string, rest = '') => `/api/v1/apps/${appid}/wechat-keys${rest}`;

const toSymmetric = ({ algorithm, serial, secret }: NewWechatKey): SymmetricKey => ({
  algorithm: algorithm as SymmetricKey['algorithm'],
  serial,
  key: Buffer.from(secret ?? '', 'base64'),
});

/** An app with keys made here, as its developer has them. */
async function newClient(wanted: object = {}): Promise<Client> {
  const { appid, secret } = await server.addApp(newAppid());
  const { body } = await server.post<NewWechatKey[]>(keysPath(appid), wanted, server.asOwner);
  const [symmetric, developer, platform] = body as [NewWechatKey, NewWechatKey, NewWechatKey];
  return {
    appid,
    secret,
    symmetric: toSymmetric(symmetric),
    developer: { serial: developer.serial, privateKey: developer.secret ?? '' },
    certificates: [{ serial: platform.serial, pem: platform.publicKey ?? '' }],
  };
}

async function tokenOf({ appid, secret }: Pick<Client, 'appid' | 'secret'>): Promise<string> {
  const query = new URLSearchParams({ grant_type: 'client_credential', appid, secret });
  return (await server.get<{ access_token: string }>(`/cgi-bin/token?${query}`)).body.access_token;
}

function seal(client: Client, { object = DAY, urlpath = (PLATFORM_ORIGIN + PATH) as string, timestamp = NOW_S } = {}) {
  const { body, signature } = sealRequest(
    object,
    { urlpath, appid: client.appid, timestamp },
    {
      symmetric: client.symmetric,
      signer: { serial: client.developer.serial, key: createPrivateKey(client.developer.privateKey) },
      random: randomBytes,
    },
  );
  const headers: Record<string, string> = {
    'Wechatmp-AppId': client.appid,
    'Wechatmp-TimeStamp': String(timestamp),
    'Wechatmp-Signature': signature,
  };
  return { body, headers, urlpath, path: PATH as string };
}

async function send(client: Client, sealed: Omit<ReturnType<typeof seal>, 'urlpath'>, token?: string) {
  const { path, body, headers } = sealed;
  return server.app.inject({
    method: 'POST',
    url: path,
    query: { access_token: token ?? (await tokenOf(client)) },
    headers: { host: HOST, 'content-type': 'application/json', ...headers },
    payload: body,
  });
}

type Answer = Awaited<ReturnType<typeof send>>;

function open(client: Client, { headers, rawPayload }: Answer, urlpath: string) {
  const header = (name: string) => String(headers[name] ?? '');
  const opened = openResponse(
    {
      appid: header('wechatmp-appid'),
      timestamp: Number(header('wechatmp-timestamp')),
      signatures: [
        { serial: header('wechatmp-serial'), signature: header('wechatmp-signature') },
        { serial: header('wechatmp-serial-deprecated'), signature: header('wechatmp-signature-deprecated') },
      ],
      body: rawPayload,
    },
    { urlpath, appid: client.appid, nowS: server.clock.now / 1000 },
    {
      symmetric: client.symmetric,
      platforms: client.certificates.map(({ serial, pem }) => ({ serial, key: new X509Certificate(pem).publicKey })),
    },
  );
  return typeof opened === 'string' ? opened : JSON.parse(opened.object);
}

const errcodeOf = (answer: Answer): number | undefined => answer.json().errcode;

const ANSWER = { list: [expect.objectContaining({ ref_date: '20261123', session_cnt: 0 })] };

test.each([
  ['AES256_GCM', 'RSAwithSHA256'],
  ['SM4_GCM', 'SM2withSM3'],
])('a request by %s and %s is answered in kind', async (cipher, signature) => {
  const client = await newClient({ cipher, signature });
  const sealed = seal(client);
  const answer = await send(client, sealed);
  expect(answer.headers['content-type']).toBe('application/json; encoding=utf-8');
  expect(Object.keys(answer.json())).toEqual(['iv', 'data', 'authtag']);
  expect(open(client, answer, sealed.urlpath)).toEqual({
    _n: expect.stringMatching(/^[A-Za-z0-9+/]{22}$/),
    _appid: client.appid,
    _timestamp: NOW_S,
    ...ANSWER,
  });
});

test.each([
  ['the platform', PLATFORM_ORIGIN],
  ['this server', `http://${HOST}`],
  ['this server behind TLS', `https://${HOST}`],
  ['the configured address', PUBLIC_URL],
])('a client that signs the URL of %s is answered for that URL', async (_name, origin) => {
  const client = await newClient();
  const sealed = seal(client, { urlpath: origin + PATH });
  expect(open(client, await send(client, sealed), sealed.urlpath)).toMatchObject(ANSWER);
});

test('what is wrong inside a sealed request is answered sealed', async () => {
  const client = await newClient();
  const sealed = seal(client, { object: '{"begin_date":"x","end_date":"x"}' });
  expect(open(client, await send(client, sealed), sealed.urlpath)).toMatchObject({
    errcode: 61500,
    errmsg: expect.stringMatching(/^date format error rid: /),
  });
});

test('a request that is not as it must be is refused in clear', async () => {
  const client = await newClient();
  const other = await newClient();
  const token = await tokenOf(client);
  const refusedWith = async (change: (sealed: ReturnType<typeof seal>) => void, over = {}) => {
    const sealed = seal(client, over);
    change(sealed);
    return errcodeOf(await send(client, sealed, token));
  };
  const without = (name: string) => (sealed: ReturnType<typeof seal>) => void delete sealed.headers[name];
  const header = (name: string, value: string) => (sealed: ReturnType<typeof seal>) => {
    sealed.headers[name] = value;
  };
  const same = () => {};
  expect(await refusedWith(without('Wechatmp-TimeStamp'))).toBe(40231);
  expect(await refusedWith(without('Wechatmp-Signature'))).toBe(40232);
  expect(await refusedWith(without('Wechatmp-AppId'))).toBe(40233);
  expect(await refusedWith(header('Wechatmp-Signature', 'AAAA'))).toBe(40234);
  expect(await refusedWith(header('Wechatmp-TimeStamp', String(NOW_S + 1)))).toBe(40234);
  expect(await refusedWith(header('Wechatmp-AppId', 'wx00000000000000ff'))).toBe(40236);
  expect(await refusedWith(header('Wechatmp-AppId', other.appid))).toBe(40237);
  expect(await refusedWith(header('Wechatmp-TimeStamp', 'x'))).toBe(40240);
  expect(await refusedWith(same, { timestamp: NOW_S - 301 })).toBe(40240);
  expect(await refusedWith(same, { timestamp: NOW_S + 301 })).toBe(40240);
  expect(await refusedWith(same, { urlpath: `https://elsewhere.example${PATH}` })).toBe(40234);
  expect(await refusedWith(same, { urlpath: `${PLATFORM_ORIGIN}${ENDPOINTS.getVisitPage.path}` })).toBe(40234);
  expect(await refusedWith(same, { object: '{"_appid":"wx00000000000000ff"}' })).toBe(40235);
  expect(await refusedWith(same, { object: '{"_timestamp":1}' })).toBe(40235);
  expect(
    await refusedWith((sealed) => {
      sealed.body += ' ';
    }),
  ).toBe(40234);
  // Signed by the developer, but under a symmetric key that is not the app's.
  const stray = { ...client, symmetric: other.symmetric };
  expect(errcodeOf(await send(client, seal(stray), token))).toBe(40235);
  const bad = await send(client, seal(client, { timestamp: NOW_S - 301 }), token);
  expect(bad.headers['wechatmp-signature']).toBeUndefined();
  expect(bad.json().errmsg).toMatch(/^API_Expired_Wechatmp_Timestamp rid: /);
  expect(errcodeOf(await send(client, seal(client), 'no token'))).toBe(40001);
});

test('a request counts once, and is too old when that is forgotten', async () => {
  const client = await newClient();
  const token = await tokenOf(client);
  const sealed = seal(client);
  expect(open(client, await send(client, sealed, token), sealed.urlpath)).toMatchObject(ANSWER);
  const again = { ...sealed, headers: { ...sealed.headers } };
  expect(errcodeOf(await send(client, again, token))).toBe(40234);
  again.headers['Wechatmp-Signature'] = `${again.headers['Wechatmp-Signature']}  `; // another spelling of the same
  expect(errcodeOf(await send(client, again, token))).toBe(40234);
  server.clock.now = NOW + 300_999;
  expect(errcodeOf(await send(client, again, token))).toBe(40234);
  server.clock.now = NOW + 302_000;
  expect(errcodeOf(await send(client, again, token))).toBe(40240);
});

test('messages that are too old to be sent again are forgotten', async () => {
  const client = await newClient();
  const token = await tokenOf(client);
  const db = await server.openDb();
  await send(client, seal(client), token);
  server.clock.now = NOW + HOUR_MS;
  await send(client, seal(client, { timestamp: NOW_S + 3600 }), token);
  expect(await db.selectFrom('used_messages').select('ends_at').execute()).toEqual([
    { ends_at: NOW + HOUR_MS + 301_000 },
  ]);
  await db.destroy();
});

test('whether clear requests are answered is the app’s choice, and other APIs are never sealed', async () => {
  const client = await newClient();
  const token = await tokenOf(client);
  const clear = (path: string = PATH) => send(client, { path, body: DAY, headers: {} }, token);
  const mode = (mode: string) => server.put(`/api/v1/apps/${client.appid}/wechat-security`, { mode }, server.asOwner);

  expect((await clear()).json()).toEqual(ANSWER);
  await mode('required');
  expect(errcodeOf(await clear())).toBe(40231);
  expect(errcodeOf(await clear(ENDPOINTS.getInterfaceSummary.path))).not.toBe(40231);
  const sealed = seal(client);
  expect(open(client, await send(client, sealed, token), sealed.urlpath)).toMatchObject(ANSWER);
  await mode('off');
  expect((await clear()).json()).toEqual(ANSWER);
  expect(errcodeOf(await send(client, seal(client), token))).toBe(40238);
});

test('old and new keys count side by side until the overlap is over', async () => {
  const client = await newClient();
  const rotate = async (kind: string, more = {}) =>
    (
      await server.post<NewWechatKey>(
        keysPath(client.appid, '/rotate'),
        { kind, overlapHours: 1, ...more },
        server.asOwner,
      )
    ).body;
  expect((await rotate('symmetric', { cipher: 'SM4_GCM' })).algorithm).toBe('SM4_GCM');
  const symmetric = toSymmetric(await rotate('symmetric'));
  expect(symmetric.algorithm).toBe('SM4_GCM'); // as the one before it
  const developer = await rotate('developer', { signature: 'SM2withSM3' });
  const renewed = {
    ...client,
    symmetric,
    developer: { serial: developer.serial, privateKey: developer.secret ?? '' },
  };
  const ask = async (as: Client, nowMs: number) => {
    server.clock.now = nowMs;
    const sealed = seal(as, { timestamp: nowMs / 1000 });
    const answer = await send(as, sealed);
    return errcodeOf(answer) ?? open(as, answer, sealed.urlpath);
  };
  expect(await ask(client, NOW + 1000)).toMatchObject(ANSWER);
  expect(await ask(renewed, NOW + 1000)).toMatchObject(ANSWER);
  expect(await ask({ ...client, symmetric }, NOW + 2000)).toMatchObject(ANSWER);
  expect(await ask(client, NOW + HOUR_MS)).toBe(40234);
  expect(await ask({ ...renewed, symmetric: client.symmetric }, NOW + HOUR_MS)).toBe(40235);
  expect(await ask(renewed, NOW + HOUR_MS)).toMatchObject(ANSWER);
});

test('while the certificate is renewed, answers are signed by both', async () => {
  const client = await newClient();
  const older = client.certificates;
  const { body } = await server.post<NewWechatKey>(
    keysPath(client.appid, '/rotate'),
    { kind: 'platform', overlapHours: 1 },
    server.asOwner,
  );
  const newer = [{ serial: body.serial, pem: body.publicKey ?? '' }];
  const sealed = seal(client);
  const answer = await send(client, sealed);
  expect([answer.headers['wechatmp-serial'], answer.headers['wechatmp-serial-deprecated']]).toEqual([
    newer[0]?.serial,
    older[0]?.serial,
  ]);
  for (const certificates of [older, newer])
    expect(open({ ...client, certificates }, answer, sealed.urlpath)).toMatchObject(ANSWER);

  server.clock.now = NOW + HOUR_MS;
  const later = seal(client, { timestamp: NOW_S + 3600 });
  const alone = await send(client, later);
  expect(alone.headers['wechatmp-serial-deprecated']).toBeUndefined();
  expect(open({ ...client, certificates: newer }, alone, later.urlpath)).toMatchObject(ANSWER);
});

test('a revoked key stops counting at once', async () => {
  const client = await newClient();
  const token = await tokenOf(client);
  const revoke = (serial: string) => server.post(keysPath(client.appid, '/revoke'), { serial }, server.asOwner);
  expect((await revoke(client.certificates[0]?.serial ?? '')).status).toBe(400);
  expect((await revoke('nothing')).status).toBe(404);
  await revoke(client.developer.serial);
  expect(errcodeOf(await send(client, seal(client), token))).toBe(40239);
  await revoke(client.symmetric.serial);
  expect(errcodeOf(await send(client, seal(client), token))).toBe(40238);
});

test('of the keys that sign answers one that stays is never revoked, nor the last with one that ends', async () => {
  const client = await newClient();
  const revoke = (serial: string) => server.post(keysPath(client.appid, '/revoke'), { serial }, server.asOwner);
  const rotate = () =>
    server.post<NewWechatKey>(keysPath(client.appid, '/rotate'), { kind: 'platform', overlapHours: 1 }, server.asOwner);
  const [older, newer] = [client.certificates[0]?.serial ?? '', (await rotate()).body.serial];
  expect((await revoke(newer)).status).toBe(400);
  expect((await revoke(older)).status).toBe(200);
  await rotate();
  expect((await revoke(newer)).status).toBe(200);
});

test('an overlap ends at a whole millisecond, however it is written', async () => {
  const client = await newClient();
  const rotated = await server.post(
    keysPath(client.appid, '/rotate'),
    { kind: 'symmetric', overlapHours: 1.0000001 },
    server.asOwner,
  );
  expect(rotated.status).toBe(201);
  const { status, body } = await server.get<{ keys: { endsAt: number | null }[] }>(
    keysPath(client.appid),
    server.asOwner,
  );
  expect([status, body.keys.flatMap(({ endsAt }) => endsAt ?? [])]).toEqual([200, [NOW + HOUR_MS]]);
});

test('a developer brings a public key, under a serial of their own', async () => {
  const { appid, secret } = await server.addApp(newAppid());
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const publicKey = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const serial = 'fedcba9876543210fedcba9876543210';
  const create = (body: object) => server.post<NewWechatKey[]>(keysPath(appid), body, server.asOwner);
  const privateKey = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const short = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey;
  const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey;
  for (const wrong of [
    privateKey,
    'nothing',
    ...[short, curve].map((key) => key.export({ type: 'spki', format: 'pem' })),
  ])
    expect(await create({ publicKey: wrong })).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } });

  const [symmetric, developer, platform] = (await create({ publicKey, serial })).body as [
    NewWechatKey,
    NewWechatKey,
    NewWechatKey,
  ];
  expect(developer).toEqual({ kind: 'developer', serial, algorithm: 'RSAwithSHA256', publicKey });
  const client: Client = {
    appid,
    secret,
    symmetric: toSymmetric(symmetric),
    developer: { serial, privateKey },
    certificates: [{ serial: platform.serial, pem: platform.publicKey ?? '' }],
  };
  const sealed = seal(client);
  expect(open(client, await send(client, sealed), sealed.urlpath)).toMatchObject(ANSWER);
  expect((await create({})).status).toBe(400);
});

test('keys are for owners, and what is kept of them in clear is public', async () => {
  const client = await newClient();
  const paths = [keysPath(client.appid), `/api/v1/apps/${client.appid}/cloud-credentials`];
  expect((await server.get(paths[0] ?? '')).status).toBe(401);
  for (const path of paths) expect((await server.post(path, {})).status).toBe(401);
  expect((await server.post(keysPath('wx00000000000000ff'), {}, server.asOwner)).status).toBe(403);

  const shown = (await server.get<WechatKeys>(keysPath(client.appid), server.asOwner)).body;
  expect(shown.mode).toBe('optional');
  expect(shown.keys.map(({ kind }) => kind).sort()).toEqual(['developer', 'platform', 'symmetric']);
  const db = await server.openDb();
  const kept = JSON.stringify(await db.selectFrom('wechat_keys').selectAll().execute());
  await db.destroy();
  for (const text of [kept, JSON.stringify(shown)]) {
    expect(text).not.toContain(Buffer.from(client.symmetric.key).toString('base64'));
    expect(text).not.toContain('PRIVATE KEY');
  }
});
