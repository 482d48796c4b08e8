import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { ENDPOINTS, type Endpoint } from '../endpoints.js';
import { type Errcode, errorBody } from '../errors.js';
import { TOKEN_LIFE_S, TOKEN_OVERLAP_S } from '../token.js';

export const APPID = 'wx0123456789abcdef';
export const SECRET = 'a-secret-of-the-test';
export const COMPONENT_APPID = 'wx00000000000c0de1';
export const TICKET = 'ticket@@@of-the-test';
export const AUTH_CODE = 'queryauthcode@@@of-the-test';
export const AUTHORIZER_REFRESH_TOKEN = 'refreshtoken@@@of-the-test';
export const RID = '6aac005a-01bfdbee-79769285';

type Fields = Record<string, unknown>;

/** An answer, or what goes wrong on the way: `hang` never answers, `cut` ends the connection, a number is a status. */
export type Outcome = Fields | 'hang' | 'cut' | number;

export interface Asked {
  method: string;
  path: string;
  query: Record<string, string>;
  body: string;
}

export type Platform = Awaited<ReturnType<typeof startPlatform>>;

/** A small WeChat: real HTTP, tokens as the platform gives them out, and answers that a test puts in. */
export async function startPlatform() {
  const asked: Asked[] = [];
  const outcomes = new Map<string, Outcome[]>();
  const held = new Map<string, Promise<void>>();
  const ends = new Map<string, number>(); // of each token, ms
  const revoked = new Set<string>();
  let stable = '';
  let nowMs = Date.UTC(2026, 10, 22);
  let serial = 0;

  const issue = () => {
    const token = `37_token-of-the-test-${++serial}`;
    ends.set(token, nowMs + TOKEN_LIFE_S * 1000);
    return token;
  };
  const secondsLeft = (token: string) => Math.max(0, ((ends.get(token) ?? 0) - nowMs) / 1000);

  const tokenAnswers: Record<string, (fields: Fields) => Fields> = {
    [ENDPOINTS.getAccessToken.path]: (fields) =>
      refuseApp(fields.appid, fields.secret) ?? { access_token: issue(), expires_in: TOKEN_LIFE_S },
    [ENDPOINTS.getStableAccessToken.path]: (fields) => {
      const refusal = refuseApp(fields.appid, fields.secret);
      if (refusal) return refusal;
      const isOld = secondsLeft(stable) < TOKEN_OVERLAP_S;
      if (stable === '' || fields.force_refresh === true || isOld) {
        if (fields.force_refresh === true) revoked.add(stable);
        stable = issue();
      }
      return { access_token: stable, expires_in: secondsLeft(stable) };
    },
    [ENDPOINTS.getComponentAccessToken.path]: (fields) =>
      fields.component_verify_ticket === TICKET
        ? { component_access_token: issue(), expires_in: TOKEN_LIFE_S }
        : refusal(61006),
    [ENDPOINTS.queryAuth.path]: (fields) =>
      fields.authorization_code === AUTH_CODE
        ? {
            authorization_info: {
              authorizer_appid: APPID,
              authorizer_access_token: issue(),
              expires_in: TOKEN_LIFE_S,
              authorizer_refresh_token: AUTHORIZER_REFRESH_TOKEN,
              func_info: [{ funcscope_category: { id: 18 } }],
            },
          }
        : refusal(61009),
    [ENDPOINTS.getAuthorizerAccessToken.path]: (fields) =>
      fields.authorizer_refresh_token === AUTHORIZER_REFRESH_TOKEN
        ? {
            authorizer_access_token: issue(),
            expires_in: TOKEN_LIFE_S,
            authorizer_refresh_token: AUTHORIZER_REFRESH_TOKEN,
          }
        : refusal(61023),
  };

  const server = createServer(async (request, response) => {
    const entry = await readRequest(request);
    asked.push(entry);
    await held.get(entry.path);
    const outcome = next(entry);
    if (outcome === 'cut') return request.socket.destroy();
    if (outcome !== 'hang') answer(response, outcome);
  });

  function next(entry: Asked): Outcome {
    const endpoint: Endpoint | undefined = Object.values(ENDPOINTS).find(({ path }) => path === entry.path);
    if (endpoint === undefined) return refusal(-1);
    if (endpoint.method !== entry.method) return refusal(endpoint.method === 'GET' ? 43001 : 43002);
    if (endpoint.token !== 'none') {
      const token = entry.query.access_token;
      if (token === undefined) return refusal(41001);
      const end = ends.get(token);
      if (end === undefined || revoked.has(token)) return refusal(40001);
      if (end <= nowMs) return refusal(42001);
    }
    const queue = outcomes.get(entry.path);
    if (queue && queue.length > 0) return (queue.length === 1 ? queue[0] : queue.shift()) as Outcome;
    const fields = entry.body === '' ? entry.query : JSON.parse(entry.body);
    return tokenAnswers[entry.path]?.(fields) ?? { errcode: 0, errmsg: 'ok' };
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    timesAsked: ({ path }: Endpoint) => asked.filter((entry) => entry.path === path).length,
    /** From now on the endpoint answers these in turn, and then the last one always. */
    answers(endpoint: Endpoint, ...next: Outcome[]) {
      outcomes.set(endpoint.path, next);
    },
    /** The endpoint answers nobody until what this gives is called. */
    hold(endpoint: Endpoint): () => void {
      let release = () => {};
      held.set(endpoint.path, new Promise((resolve) => (release = resolve)));
      return release;
    },
    now: () => nowMs,
    /** Lets time pass. Unit: s. */
    pass(seconds: number) {
      nowMs += seconds * 1000;
    },
    /** No token is good any more. Where `givenOutAgain`, the stable one comes again until it is refreshed by force. */
    revokeTokens({ givenOutAgain = false } = {}) {
      for (const token of ends.keys()) revoked.add(token);
      if (!givenOutAgain) stable = '';
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** An answer that says no. */
export const refusal = (errcode: Errcode): Fields => JSON.parse(errorBody(errcode, RID));

function refuseApp(appid: unknown, secret: unknown): Fields | undefined {
  if (appid !== APPID) return refusal(40013);
  return secret === SECRET ? undefined : refusal(40125);
}

async function readRequest(request: IncomingMessage): Promise<Asked> {
  const url = new URL(request.url ?? '', 'http://127.0.0.1');
  return {
    method: request.method ?? '',
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    body: await text(request),
  };
}

function answer(response: ServerResponse, outcome: Fields | number): void {
  if (typeof outcome === 'number') return void response.writeHead(outcome, { location: '/elsewhere' }).end('<html>');
  response.writeHead(200, { 'content-type': 'application/json; encoding=utf-8' }).end(JSON.stringify(outcome));
}
