import { text } from 'node:stream/consumers';
import type { Refusal } from '@minilens/wire/receipt';
import type { Settings } from '../settings.js';
import { findRunningServer } from './server-file.js';

/** The server as a command sees it: over HTTP where one is up, inside this process where none is. */
export interface Client {
  /** @throws RefusedByServer with the server's own sentence. */
  request<T>(method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown): Promise<T>;
  /** The same for an answer that may be long, piece by piece as it comes. */
  stream(method: 'GET' | 'POST', path: string, body?: unknown): Promise<LongAnswer>;
  /** Ends the connection. Inside this process, first loads what was taken; what the store does not take stays in the spool. */
  close(): Promise<void>;
  /** Whether what is taken is loaded into the store meanwhile, so that a full spool has room again later. */
  loads: boolean;
}

/** An answer that is read as it comes. It ends with an error where the server broke it off. */
export interface LongAnswer {
  headers: Record<string, unknown>;
  body: AsyncIterable<Uint8Array>;
}

/**
 * @param loadsAtOnce false for a command that reads standard input: see bin/minilens.cjs.
 * @param loads false for a command that only looks.
 * @param opensStore true for a command about events: what keeps the store from opening is said before anything is done.
 */
export async function connect(
  settings: Settings,
  { loadsAtOnce = true, loads = true, opensStore = false } = {},
): Promise<Client> {
  const running = await findRunningServer(settings.data);
  if (running !== undefined) {
    const { localFetch } = await import('./local-fetch.js');
    const brokenOff = (cause: unknown) =>
      new Error(
        `The server at ${running.url} broke off before it had answered. See whether it still runs, and what became of what was asked.`,
        { cause },
      );
    const sayWhy = (cause: unknown) => Promise.reject(brokenOff(cause));
    const send = (method: string, path: string, body?: unknown) =>
      localFetch(running.url + path, {
        method,
        headers: { authorization: `Bearer ${running.token}`, 'content-type': 'application/json' },
        ...(body !== undefined && { body: toText(body) }),
      }).catch(sayWhy);
    const read = async (response: Awaited<ReturnType<typeof send>>) =>
      readAnswer(response.status, response.headers.get('retry-after'), await response.text().catch(sayWhy));
    async function* piecesOf(body: AsyncIterable<Uint8Array>) {
      try {
        yield* body;
      } catch (error) {
        throw brokenOff(error);
      }
    }
    return {
      request: async (method, path, body) => read(await send(method, path, body)),
      stream: async (method, path, body) => {
        const response = await send(method, path, body);
        if (response.status >= 400 || response.body === null) await read(response);
        return {
          headers: Object.fromEntries(response.headers),
          body: piecesOf(response.body as unknown as AsyncIterable<Uint8Array>),
        };
      },
      close: async () => {},
      loads: true,
    };
  }

  // All that a server is made of takes a second to load, which a command spares that speaks to one that is up.
  const { createServer } = await import('../main.js');
  // A command on its own does its work whatever the directory's process will be.
  const server = await createServer({ ...settings, role: 'all' });
  if (opensStore)
    await server.prepare().catch(async (error: Error) => {
      await server.close();
      throw error;
    });
  if (loadsAtOnce && loads) server.startLoading();
  const toInject = (method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown) => ({
    method,
    url: path,
    headers: { authorization: `Bearer ${server.localToken}`, 'content-type': 'application/json' },
    ...(body !== undefined && { payload: toText(body) }),
  });
  return {
    request: async (method, path, body) => {
      const response = await server.app.inject(toInject(method, path, body));
      return readAnswer(response.statusCode, response.headers['retry-after'], response.body);
    },
    stream: async (method, path, body) => {
      const response = await server.app.inject({ ...toInject(method, path, body), payloadAsStream: true });
      const stream = response.stream();
      if (response.statusCode >= 400)
        readAnswer(response.statusCode, response.headers['retry-after'], await text(stream));
      return { headers: response.headers, body: stream };
    },
    close: async () => {
      if (loads && server.pendingBatches() > 0) {
        process.stderr.write('Loading what was taken into the store …\n');
        await server
          .drain()
          .catch(({ message }: Error) =>
            process.stderr.write(`It waits in the spool, and a server will load it: ${message}\n`),
          );
      }
      await server.close();
    },
    loads: loadsAtOnce,
  };
}

const toText = (body: unknown) => (typeof body === 'string' ? body : JSON.stringify(body));

/** The server's own sentence, and whether and when the same request may succeed. */
export class RefusedByServer extends Error {
  constructor(
    message: string,
    readonly retry: boolean,
    /** Undefined where the server did not say. */
    readonly retryAfterSeconds: number | undefined,
  ) {
    super(message);
    this.name = 'RefusedByServer';
  }
}

function readAnswer(status: number, retryAfter: unknown, text: string) {
  const answer = text === '' ? undefined : JSON.parse(text);
  if (status < 400) return answer;
  const { message = `The server answered ${status}`, retry = false } = (answer ?? {}) as Partial<Refusal>;
  // A process never takes on another role, so waiting for it would be in vain.
  throw new RefusedByServer(message, retry && status !== 404, Number(retryAfter) || undefined);
}
