import { setTimeout as sleep } from 'node:timers/promises';
import { MINUTE_MS, SECOND_MS } from './calendar.js';
import { findServer, type Server } from './data-directory.js';
import { createLiveTraffic } from './live-traffic.js';
import { APP_ID } from './make-data.js';
import { WATCHED_APIS } from './phone.js';

/** Every one with something to tell is an insertion for the event store, which costs it more than what is in it. */
const STEP_MS = 3 * SECOND_MS;

/** A machine that slept this long begins anew, instead of making up for the visits of the night. */
const SLEPT_MS = 5 * MINUTE_MS;

/** Lets people visit the shop until it is told to stop, through the door for agents of the server on this directory. */
export async function goOn(
  data: string,
  agentCode: string,
  stopping: AbortSignal,
  now: () => number = Date.now,
): Promise<void> {
  const server = await untilUp(data, stopping);
  if (server === undefined) return;
  const config = { appId: APP_ID, key: await askAgentKey(server), endpoint: server.url, hookApis: WATCHED_APIS };
  const openAt = (startAt: number) => createLiveTraffic({ startAt, seed: startAt, agentCode, config });
  let lastAt = now();
  let traffic = openAt(lastAt);
  let wasRefused = false;
  while (await hasPassed(STEP_MS, stopping)) {
    const nowMs = now();
    if (nowMs - lastAt > SLEPT_MS) traffic = openAt(nowMs);
    lastAt = nowMs;
    for (const line of traffic.until(nowMs)) {
      const problem = await post(server, line);
      if (stopping.aborted) return;
      // As on a bad network, what is not taken is missing, and the dashboard says so.
      if (problem !== undefined && !wasRefused) console.error(`demo: the server takes no live visits: ${problem}`);
      wasRefused = problem !== undefined;
    }
  }
}

async function untilUp(data: string, stopping: AbortSignal): Promise<Server | undefined> {
  do {
    const server = await findServer(data);
    if (server) return server;
  } while (await hasPassed(200, stopping));
  return undefined;
}

const hasPassed = (ms: number, stopping: AbortSignal): Promise<boolean> =>
  sleep(ms, true, { signal: stopping }).catch(() => false);

async function askAgentKey({ url, token }: Server): Promise<string> {
  const answer = await fetch(`${url}/api/v1/apps/${APP_ID}`, { headers: { authorization: `Bearer ${token}` } });
  if (!answer.ok) throw new Error(`the server was asked for its agent key and answered ${answer.status}.`);
  return ((await answer.json()) as { key: string }).key;
}

/** Posts a batch. Gives what kept the server from taking it. */
async function post({ url }: Server, line: string): Promise<string | undefined> {
  const headers = { 'content-type': 'application/json' };
  try {
    const answer = await fetch(`${url}/v1/collect`, { method: 'POST', headers, body: line });
    return answer.ok ? undefined : `${answer.status} ${await answer.text()}`;
  } catch (error) {
    return (error as Error).message;
  }
}
