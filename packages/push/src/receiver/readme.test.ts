import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { APPID, ENCODING_AES_KEY, MENU_CLICK, readReply, seal, TEXT, TICKET, TOKEN } from './receiver.fixture.js';
import type { Receiver } from './receiver.js';

vi.stubEnv('WECHAT_TOKEN', TOKEN);
vi.stubEnv('WECHAT_AES_KEY', ENCODING_AES_KEY);
vi.stubEnv('MINILENS_APP_SECRET', 'secret');

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

const BLOCKS = [
  ...readFileSync(new URL('../../README.md', import.meta.url), 'utf8').matchAll(/```[jt]s\n(.*?)```/gs),
].map(([, code]) => code as string);

type Names = { [name: string]: unknown };

/** Runs a block as it is written, but on a free port of this machine, and gives what it exports or calls `server`. */
async function run(mark: string, given: { [module: string]: Names } = {}): Promise<Names> {
  const code = BLOCKS.find((block) => block.includes(mark)) ?? '';
  expect(code, `the block with ${mark}`).not.toBe('');
  const names: string[] = [];
  const script = code
    .replace(/^import (\w+) from '(.*)';/gm, "import { default as $1 } from '$2';")
    .replace(/^import \{ (.*) \} from '(.*)';.*$/gm, (_line, imported: string, module: string) => {
      return `const { ${imported.replaceAll(' as ', ': ')} } = modules['${module}'];`;
    })
    .replace(/^(?:export )?((?:const|async function|function) (\w+))/gm, (_line, start: string, name: string) => {
      names.push(name);
      return start;
    })
    .replace('.listen(3000)', ".listen(0, '127.0.0.1')")
    .replace('port: 3000', 'port: 0');
  const modules = { ...given };
  for (const [, module] of code.matchAll(/^import .* from '(.*)';/gm))
    modules[module as string] ??= await importOf(module as string);
  const AsyncFunction = (async () => {}).constructor as new (...args: string[]) => (modules: Names) => Promise<Names>;
  return new AsyncFunction('modules', `${script}\nreturn { ${names.join(', ')} };`)(modules);
}

/** Word by word, so that the test runner finds our sources. */
const OURS: { [module: string]: () => Promise<Names> } = {
  '@minilens/push/receiver': () => import('@minilens/push/receiver'),
  '@minilens/push/reporter': () => import('@minilens/push/reporter'),
  '@minilens/push/node': () => import('@minilens/push/node'),
  '@minilens/push/express': () => import('@minilens/push/express'),
  '@minilens/push/koa': () => import('@minilens/push/koa'),
  '@minilens/push/fastify': () => import('@minilens/push/fastify'),
};

const importOf = (module: string): Promise<Names> => OURS[module]?.() ?? import(/* @vite-ignore */ module);

const nowSeconds = () => Math.floor(Date.now() / 1000);
const sealNow = (fields: typeof TEXT, mode: 'plain' | 'safe' = 'safe') =>
  seal(fields, { mode, timestamp: nowSeconds() });

async function runReceiver(): Promise<Receiver> {
  const { receiver } = await run('// receiver.ts');
  return receiver as Receiver;
}

test.each(['nodeListener', 'expressHandler', 'koaMiddleware', 'fastifyPlugin'])(
  'the start with %s answers',
  async (mark) => {
    const { server } = (await run(`import { ${mark} }`, { './receiver.js': { receiver: await runReceiver() } })) as {
      server: Server;
    };
    servers.push(server);
    if (!server.listening) await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { query, body } = sealNow(TEXT);
    const response = await fetch(`http://127.0.0.1:${port}/wechat?${query}`, { method: 'POST', body });
    expect(readReply(await response.text()).Content).toBe(`You wrote: ${TEXT.Content}`);
  },
);

test('the first handlers do what they say', async () => {
  const receiver = await runReceiver();
  const print = vi.spyOn(console, 'log').mockImplementation(() => {});
  const told = await receiver.handle({ method: 'POST', ...sealNow(MENU_CLICK) });
  expect(told.body).toBe('success');
  expect(print).toHaveBeenCalledWith('menu', 'orders');
  const { body } = await receiver.handle({ method: 'POST', ...sealNow({ ...MENU_CLICK, Event: 'subscribe' }) });
  expect(readReply(body)).toMatchObject({ MsgType: 'news', ArticleCount: '1' });
});

test('a cloud function answers', async () => {
  const { main } = (await run('export async function main', {
    './receiver.js': { receiver: await runReceiver() },
  })) as {
    main: (event: object) => Promise<{ statusCode: number }>;
  };
  const { query, body } = sealNow(TEXT);
  const event = { httpMethod: 'POST', queryString: query, headers: { host: 'shop.example' }, body };
  expect(await main(event)).toMatchObject({ statusCode: 200, headers: { 'content-type': 'application/xml' } });
});

test('processes that share Redis run a handler once among them, and again where it failed', async () => {
  const kept = new Map<string, string>();
  const redis = {
    set: async (name: string, value: string, ...rest: unknown[]) => {
      if (rest.includes('NX') && kept.has(name)) return null;
      kept.set(name, value);
      return 'OK';
    },
    get: async (name: string) => kept.get(name) ?? null,
    del: async (name: string) => kept.delete(name),
  };
  const handler = vi.fn().mockRejectedValueOnce(new Error('no database')).mockResolvedValue('success');
  const start = async () => {
    const { receiver } = await run('redis.set', { './redis.js': { redis } });
    return (receiver as Receiver).on('text', handler);
  };
  vi.spyOn(console, 'warn').mockImplementation(() => {});
  const [one, other] = [await start(), await start()];
  const ask = async (receiver: Receiver) =>
    (await receiver.handle({ method: 'POST', ...sealNow(TEXT, 'plain') })).status;
  expect(await ask(one)).toBe(500);
  expect(await Promise.all([ask(other), ask(one)])).toEqual([200, 200]);
  expect(await ask(one)).toBe(200);
  expect(handler).toHaveBeenCalledTimes(2);
});

test('a service provider keeps his ticket', async () => {
  const component = { receiveTicket: vi.fn(async () => {}), queryAuth: vi.fn(async () => ({})) };
  const { receiver } = await run('component_verify_ticket', { './component.js': { component } });
  const ask = (fields: typeof TICKET) => (receiver as Receiver).handle({ method: 'POST', ...sealNow(fields) });
  expect((await ask(TICKET)).body).toBe('success');
  expect(component.receiveTicket).toHaveBeenCalledWith('ticket@@@1');
  expect((await ask({ ...TICKET, InfoType: 'authorized', AuthorizationCode: 'code' })).body).toBe('success');
  expect(component.queryAuth).toHaveBeenCalledWith({ authorizationCode: 'code' });
});

test('the reporter is made and given to the receiver', async () => {
  const report = vi.fn();
  const createReporter = vi.fn(() => ({ report }));
  const { receiver } = await run('createReporter({', { '@minilens/push/reporter': { createReporter } });
  await (receiver as Receiver).handle({ method: 'POST', ...sealNow(TEXT, 'plain') });
  expect(createReporter).toHaveBeenCalledWith({
    appid: APPID,
    secret: 'secret',
    url: 'http://127.0.0.1:8321',
    directory: '/var/lib/shop/push-reports',
  });
  expect(report).toHaveBeenCalledWith(expect.objectContaining({ outcome: 'ok' }));
});
