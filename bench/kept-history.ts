import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NewApp } from '@minilens/wire/report-api';
import { runMinilens } from '../test/process/server-process.js';
import type { HistoryOrder, HistoryReport } from './history.js';
import { runScript } from './run-script.js';

const DAYS = 30;

/** A data directory with a month of one app's events, for a server to be started on. */
export interface History {
  data: string;
  app: NewApp;
  /** What was asked for; a history has about as many. */
  asked: number;
  events: number;
  days: number;
  /** Unix ms. */
  endAt: number;
  made: HistoryReport;
  /** Made in this run, and not taken from an earlier one. */
  isNew: boolean;
  /** What rows say of it. */
  note: string;
  /** Removes it, unless it is kept. */
  close(): void;
}

/** What lies beside the data of a history that is kept. */
type Kept = Pick<History, 'app' | 'endAt' | 'made'>;

/**
 * Makes a history; with MINILENS_BENCH_KEEP, a directory, it is kept there and taken again by whoever asks for as many
 * events. A hundred million take a quarter of an hour.
 */
export async function openHistory({ events }: { events: number }): Promise<History> {
  const keep = process.env.MINILENS_BENCH_KEEP;
  const home = keep === undefined ? mkdtempSync(join(tmpdir(), 'minilens-bench-')) : join(keep, String(events));
  const data = join(home, 'data');
  const facts = join(home, 'history.json');
  const isNew = !existsSync(facts);
  if (isNew) {
    // What was broken off would be added to.
    rmSync(data, { recursive: true, force: true });
    mkdirSync(data, { recursive: true });
    writeFileSync(facts, JSON.stringify(await make(data, events)));
  }
  const kept = JSON.parse(readFileSync(facts, 'utf8')) as Kept;
  return {
    ...kept,
    data,
    isNew,
    asked: events,
    events: kept.made.events,
    days: DAYS,
    note: `${Math.round(kept.made.events / 1e6)} M events in ${DAYS} days`,
    close: () => {
      if (keep === undefined) rmSync(home, { recursive: true, force: true });
    },
  };
}

async function make(data: string, events: number): Promise<Kept> {
  const app: NewApp = JSON.parse(await runMinilens(data, 'app', 'add', 'wx00000000000000aa', '--json'));
  const endAt = Math.floor(Date.now() / 3_600_000) * 3_600_000;
  const order = { directory: join(data, 'events'), appid: app.appid, events, days: DAYS, endAt } satisfies HistoryOrder;
  return { app, endAt, made: await runScript<HistoryReport>('history', order) };
}
