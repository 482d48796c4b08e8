import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ENDPOINTS, type Endpoint } from '@minilens/wechat/endpoints';
import { startServer } from '../test/process/server-process.js';
import type { History } from './kept-history.js';

/** A server over a history, and who may ask it. */
export interface AskedServer {
  history: History;
  url: string;
  /** The report API about the history's app. */
  report(path: string): Promise<Response>;
  questions(body: object): Promise<Response>;
  wechat(endpoint: keyof typeof ENDPOINTS, body: Record<string, unknown>): Promise<Response>;
  stop(): Promise<void>;
}

/** Starts it, and waits until it has tidied up and found the answers that it keeps. */
export async function startAsked(history: History): Promise<AskedServer> {
  const { data, app } = history;
  const { url, stop } = await startServer(data);
  await untilTidy(url);
  const { token } = JSON.parse(readFileSync(join(data, 'server.json'), 'utf8')) as { token: string };
  const headers = { authorization: `Bearer ${token}` };
  const login = (await (
    await fetch(`${url}/cgi-bin/token?grant_type=client_credential&appid=${app.appid}&secret=${app.secret}`)
  ).json()) as { access_token: string };
  const home = `${url}/api/v1/apps/${app.appid}`;
  return {
    history,
    url,
    stop,
    report: (path) => fetch(`${home}${path}`, { headers }),
    questions: (body) => fetch(`${home}/questions`, { method: 'POST', headers, body: JSON.stringify(body) }),
    wechat: (endpoint, body) => {
      const { method, path } = ENDPOINTS[endpoint] as Endpoint;
      const whole = `${url}${path}?access_token=${login.access_token}`;
      return fetch(whole, { method, ...(method === 'POST' && { body: JSON.stringify(body) }) });
    },
  };
}

async function untilTidy(url: string): Promise<void> {
  const hasRun = (metrics: string, job: string) =>
    new RegExp(`minilens_job_last_success_timestamp_seconds\\{job="${job}"\\} [1-9]`).test(metrics);
  for (;;) {
    const metrics = await (await fetch(`${url}/metrics`)).text();
    if (hasRun(metrics, 'sweep replaced rollups') && hasRun(metrics, 'keep answers')) return;
    await sleep(500);
  }
}

/** @throws where a question of the report API was not answered. */
export function checkReport(text: string, { ok }: Response): void {
  if (!ok || text.includes('errcode')) throw new Error(`A question was refused: ${text}`);
}

/** @throws where a WeChat API gave an error. */
export function checkWechat(text: string): void {
  const { errcode = 0 } = JSON.parse(text) as { errcode?: number };
  if (errcode !== 0) throw new Error(`A WeChat API refused: ${text}`);
}
