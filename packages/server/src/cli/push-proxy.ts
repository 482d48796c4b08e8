import { join } from 'node:path';
import type { DeliveryReport } from '@minilens/push/delivery';
import { listen } from '@minilens/push/listen';
import { COVER_LATE_AT_MS } from '@minilens/push/platform';
import { createForwarder, type Notice } from '@minilens/push/proxy';
import { createReporter } from '@minilens/push/reporter';
import { APP_ID_PATTERN } from '@minilens/wire/envelope';
import type { PUSH_FORMATS, PUSH_MODES } from '@minilens/wire/push-report';

/** How long stopping waits for reports to leave. What stays is sent after the next start. Unit: ms. */
const FLUSH_MS = 5_000;

/** The same notice is printed once in this time. Unit: ms. */
const TOLD_EVERY_MS = 10_000;

export interface ProxyOptions {
  listen: Address;
  upstream: URL;
  app: string;
  server: URL;
  mode: (typeof PUSH_MODES)[number];
  format: (typeof PUSH_FORMATS)[number];
  coverLate?: boolean;
  keepContent?: boolean;
  data?: string;
  json?: boolean;
}

interface Address {
  host: string;
  port: number;
}

/** Secrets come from the environment alone: arguments can be read by everybody on the machine. */
const SECRETS = {
  MINILENS_APP_SECRET: {
    pattern: /^[0-9a-f]{32}$/,
    wanted: 'the secret of the app, 32 hex digits, as minilens app add printed it',
  },
  MINILENS_PUSH_TOKEN: {
    pattern: /^[0-9A-Za-z]{3,32}$/,
    wanted: 'the Token of the WeChat console, 3 to 32 letters and digits',
  },
  MINILENS_PUSH_AES_KEY: {
    pattern: /^[0-9A-Za-z]{43}$/,
    wanted: 'the EncodingAESKey of the WeChat console, 43 letters and digits',
  },
} as const;

/**
 * Runs a proxy before a back end that takes pushed messages, until the process is told to stop.
 *
 * @throws a sentence that names what is wrong, before it listens.
 */
export async function pushProxy(options: ProxyOptions, env: NodeJS.ProcessEnv = process.env): Promise<void> {
  const { app, upstream, mode, format, server, json = false } = options;
  if (!new RegExp(APP_ID_PATTERN).test(app))
    throw new Error(`--app is ${app}, which is no AppID. It begins with wx and has 16 hex digits.`);
  const secret = readSecret(env, 'MINILENS_APP_SECRET');
  if (secret === undefined)
    throw new Error(`MINILENS_APP_SECRET is not set. Set it to ${SECRETS.MINILENS_APP_SECRET.wanted}.`);
  const token = readSecret(env, 'MINILENS_PUSH_TOKEN');
  const encodingAesKey = readSecret(env, 'MINILENS_PUSH_AES_KEY');
  const directory = options.data ?? join(env.MINILENS_DATA || './data', `push-${app}`);
  const print = createPrinter(json);

  const reporter = createReporter({ appid: app, secret, url: server.href, directory, log: print.trouble });
  const notice = sayOnce(print.notice);
  const forwarder = createForwarder({
    upstream,
    keys: { token, encodingAesKey, appid: app },
    mode,
    format,
    coverLateAtMs: options.coverLate ? COVER_LATE_AT_MS : undefined,
    keepContent: options.keepContent ?? false,
    report: (delivery) => {
      reporter.report(delivery);
      print.delivery(delivery);
    },
    notice,
  });
  const listener = await listen(options.listen, forwarder).catch(async (error: NodeJS.ErrnoException) => {
    await reporter.close();
    throw new Error(whyNotListening(error, options.listen), { cause: error });
  });
  print.started(listener.url, options, { isChecked: token !== undefined, isRead: encodingAesKey !== undefined });

  const stop = async () => {
    print.stopping();
    // A second signal does not wait.
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
    await listener.stop();
    await Promise.race([reporter.flush(), new Promise((resolve) => setTimeout(resolve, FLUSH_MS))]);
    await reporter.close();
    process.exit(0);
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

/** host:port, as 127.0.0.1:9000 or [::1]:9000. @throws a sentence. */
export function parseAddress(text: string): Address {
  const [, bracketed, plain, port] = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined || Number(port) > 65_535) throw new Error('It must be an address and a port: 127.0.0.1:9000.');
  return { host, port: Number(port) };
}

/** @throws a sentence. */
export function parseHttpUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '')
    throw new Error('It must be a URL such as http://127.0.0.1:8080/wechat, without a user name.');
  return url;
}

function readSecret(env: NodeJS.ProcessEnv, name: keyof typeof SECRETS): string | undefined {
  const value = env[name];
  if (value === undefined || value === '') return undefined;
  const { pattern, wanted } = SECRETS[name];
  if (!pattern.test(value)) throw new Error(`${name} is set, but must be ${wanted}.`);
  return value;
}

/** Passes the first of a kind on, and the next when it was quiet for long enough, with how many there were. */
function sayOnce(print: (notice: Notice) => void): (notice: Notice) => void {
  const seen = new Map<Notice['kind'], { at: number; held: number }>();
  return ({ kind, words }) => {
    const last = seen.get(kind);
    if (last !== undefined && Date.now() - last.at < TOLD_EVERY_MS) {
      last.held += 1;
      return;
    }
    seen.set(kind, { at: Date.now(), held: 0 });
    print({ kind, words: last === undefined || last.held === 0 ? words : `${words} (${last.held} more before)` });
  };
}

interface Printer {
  started(url: string, options: ProxyOptions, knows: { isChecked: boolean; isRead: boolean }): void;
  /** Of what failed, one line. */
  delivery(delivery: DeliveryReport): void;
  notice(notice: Notice): void;
  trouble(words: string): void;
  stopping(): void;
}

const createPrinter = (isJson: boolean): Printer => (isJson ? JSON_PRINTER : PRINTER);

const PRINTER: Printer = {
  started: (url, { upstream, app, server, mode, format, coverLate }, { isChecked, isRead }) => {
    const checks = isChecked ? 'signatures are checked' : 'signatures are not checked (MINILENS_PUSH_TOKEN is not set)';
    const reads =
      mode === 'plain' || isRead ? '' : '; encrypted messages pass unread (MINILENS_PUSH_AES_KEY is not set)';
    const covers = coverLate ? '; a late back end is answered for' : '';
    console.log(`Message push of ${app}: ${url} → ${upstream.href}, reported to ${server.origin}`);
    console.log(`${mode} mode, ${format}; ${checks}${reads}${covers}.`);
  },
  delivery: ({ outcome, reason, msgType, event, host, durationMs, errMsg = '' }) => {
    if (outcome === 'ok') return;
    const type = event === undefined ? msgType : `${msgType} ${event}`;
    say(`${type}  ${host}  ${outcome}${reason === undefined ? '' : ` ${reason}`}  ${durationMs} ms  ${errMsg}`);
  },
  notice: ({ kind, words }) => say(`${kind}  ${words}`),
  trouble: (words) => say(words),
  stopping: () => console.log('Stopping …'),
};

const JSON_PRINTER: Printer = {
  started: (url, { upstream, app, server, mode, format }) =>
    line({ url, upstream: upstream.href, app, server: server.origin, mode, format }),
  delivery: ({ content: _, ...delivery }) => {
    if (delivery.outcome !== 'ok') line({ failed: delivery });
  },
  notice: (notice) => line({ notice }),
  trouble: (trouble) => line({ trouble }),
  stopping: () => {},
};

const line = (value: object) => console.log(JSON.stringify({ at: Date.now(), ...value }));

/** With the time of day: who reads it asks when. Words of a message may hold what moves a terminal's cursor. */
const say = (text: string) =>
  console.error(`${new Date().toTimeString().slice(0, 8)}  ${text.replace(/\p{Cc}/gu, '?')}`);

function whyNotListening(error: NodeJS.ErrnoException, { host, port }: Address): string {
  if (error.code === 'EADDRINUSE')
    return `--listen ${host}:${port} is taken: another program listens there. Choose another port.`;
  if (error.code === 'EACCES')
    return `--listen ${host}:${port} needs more rights than this user has. Choose a port above 1023.`;
  return `--listen ${host} is no address of this machine: ${error.message}`;
}
