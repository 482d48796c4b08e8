import type { DeliveryOutcome } from '@minilens/wire/event';
import { Counter, collectDefaultMetrics, Gauge, Histogram, type Registry } from 'prom-client';
import type { Spool } from '../collect/spool.js';
import type { Loss } from './loss.js';

/** Bounds of what a device or person waits for. Unit: seconds. */
const ANSWER_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Bounds of work that nobody waits for. Unit: seconds. */
const WORK_BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** Events in one insert: from a lone batch to a whole block. */
const ROW_BUCKETS = [10, 100, 1_000, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000];

/** Who asks: a person or program at the report API, for single records there, or a WeChat SDK. */
export type QuestionKind = 'report' | 'records' | 'wechat';

export interface Meters {
  /** A batch, or a piece of an import, was acknowledged. */
  acknowledged(took: { seconds: number; bodyBytes: number }): void;
  /** A request was refused with this code of `refusal.ts`. */
  refused(code: string): void;
  /** A connection was cut because there were too many. */
  connectionCut(): void;
  /** A WeChat path answered with this code of the error table, 0 for a success. */
  wechatAnswered(errcode: number): void;
  questionAnswered(kind: QuestionKind, seconds: number): void;
  inserted(block: { rows: number; seconds: number }): void;
  insertFailed(): void;
  /** What a pass of the rollup job found waiting: hours that are over and were given events since their last rollup. */
  foundDirty(dirty: { buckets: number; waitingSince: number | undefined }): void;
  rolledUp(work: { hours: number; seconds: number }): void;
  /** What a look at the last day's sessions of all apps found. */
  foundLoss(loss: Loss): void;
  /** A pushed message was passed on, or not, and what it came to is about to be written down. */
  delivered(outcome: DeliveryOutcome): void;
  /** The spool did not take that. */
  deliveryLost(): void;
  /** A pushed message was not passed on. */
  pushRefused(cause: string): void;
  jobRan(job: string, run: { isOk: boolean; seconds: number }): void;
  /** Jobs whose last run failed. */
  failingJobs(): string[];
}

export interface MeterDeps {
  registry: Registry;
  spool: Pick<Spool, 'pending' | 'limitBytes' | 'oldestReceivedAt'>;
  /** What the last look at the event store found; undefined before the first. */
  storeState: () => { isReachable: boolean; answerSeconds: number } | undefined;
  now: () => number;
}

/**
 * What /metrics says of this process, beside the counts of events. Labels are words of our own, so their number is
 * bounded whatever strangers send. A scrape reads what is at hand and asks nobody: what needs the event store was looked
 * at before. docs/metrics-endpoint.md lists every name.
 */
export function createMeters({ registry, spool, storeState, now }: MeterDeps): Meters {
  const registers = [registry];
  collectDefaultMetrics({ register: registry });

  const acknowledgement = new Histogram({
    name: 'minilens_acknowledgement_seconds',
    help: 'From the head of a batch to the answer that it is durable',
    buckets: ANSWER_BUCKETS,
    registers,
  });
  const bodyBytes = new Counter({
    name: 'minilens_batch_bytes_total',
    help: 'Bytes of the bodies of acknowledged batches, as they came',
    registers,
  });
  const refused = new Counter({
    name: 'minilens_requests_refused_total',
    help: 'Requests refused, by code',
    labelNames: ['code'],
    registers,
  });
  const cutConnections = new Counter({
    name: 'minilens_connections_cut_total',
    help: 'Connections cut as they came because there were too many',
    registers,
  });
  const wechatAnswers = new Counter({
    name: 'minilens_wechat_answers_total',
    help: 'Answers of the WeChat data APIs, by errcode; 0 is a success',
    labelNames: ['errcode'],
    registers,
  });
  const questions = new Histogram({
    name: 'minilens_question_seconds',
    help: 'Answering a question, by who asks: report, records, wechat',
    labelNames: ['kind'],
    buckets: ANSWER_BUCKETS,
    registers,
  });
  const inserts = new Histogram({
    name: 'minilens_insert_seconds',
    help: 'Inserting one block into the event store',
    buckets: WORK_BUCKETS,
    registers,
  });
  const insertRows = new Histogram({
    name: 'minilens_insert_rows',
    help: 'Events in one block, estimated from a hundred of its batches',
    buckets: ROW_BUCKETS,
    registers,
  });
  const insertFailures = new Counter({
    name: 'minilens_insert_failures_total',
    help: 'Inserts that failed and are tried again',
    registers,
  });
  const rollups = new Histogram({
    name: 'minilens_rollup_seconds',
    help: 'One pass of rolling up that had something to do',
    buckets: WORK_BUCKETS,
    registers,
  });
  const rolledUpHours = new Counter({
    name: 'minilens_rollup_hours_total',
    help: "Hours rolled up, an app's each",
    registers,
  });
  const deliveries = new Counter({
    name: 'minilens_push_deliveries_total',
    help: 'Deliveries of pushed messages that this process made, by outcome',
    labelNames: ['outcome'],
    registers,
  });
  const lostDeliveries = new Counter({
    name: 'minilens_push_deliveries_lost_total',
    help: 'Of those, the ones that the spool did not take: the message was passed on, and no report knows of it',
    registers,
  });
  const refusedPushes = new Counter({
    name: 'minilens_push_refused_total',
    help: 'Pushed messages that were not passed on, by cause',
    labelNames: ['cause'],
    registers,
  });
  const jobFailures = new Counter({
    name: 'minilens_job_failures_total',
    help: 'Failed runs of a job',
    labelNames: ['job'],
    registers,
  });
  const jobSuccess = new Gauge({
    name: 'minilens_job_last_success_timestamp_seconds',
    help: 'When a job last succeeded, Unix time; 0 before the first time',
    labelNames: ['job'],
    registers,
  });
  const jobSeconds = new Gauge({
    name: 'minilens_job_last_run_seconds',
    help: 'How long the last run of a job took',
    labelNames: ['job'],
    registers,
  });

  const gauge = (name: string, help: string, read: () => number | undefined) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        const value = read();
        if (value === undefined) this.remove();
        else this.set(value);
      },
    });
  const ageSeconds = (at: number | undefined) => (at === undefined ? 0 : Math.max(0, now() - at) / 1000);
  const failing = new Set<string>();
  let dirty: { buckets: number; waitingSince: number | undefined } | undefined;
  let loss: Loss | undefined;

  gauge('minilens_spool_limit_bytes', 'Bytes at which the spool refuses more', () => spool.limitBytes);
  gauge('minilens_spool_oldest_seconds', 'Age of the oldest batch waiting for the store; 0 when none waits', () =>
    ageSeconds(spool.oldestReceivedAt()),
  );
  gauge('minilens_store_reachable', '1 when the event store answered the last look, else 0', () => {
    const state = storeState();
    return state && Number(state.isReachable);
  });
  gauge('minilens_store_answer_seconds', 'How long the event store took to answer the last look', () => {
    return storeState()?.answerSeconds;
  });
  gauge(
    'minilens_dirty_buckets',
    'Hours that wait for their rollup, as the last pass found them',
    () => dirty?.buckets,
  );
  gauge(
    'minilens_dirty_bucket_oldest_seconds',
    'How long the hour that waits longest for its rollup has waited; 0 when none does',
    () => dirty && (dirty.waitingSince === undefined ? 0 : ageSeconds(dirty.waitingSince)),
  );

  gauge('minilens_events_numbered', 'Events that sessions of the last day numbered, of all apps', () => loss?.numbered);
  gauge('minilens_events_missing', 'Of those, the ones that neither came nor were dropped', () => loss?.missing);

  return {
    acknowledged: (took) => {
      acknowledgement.observe(took.seconds);
      bodyBytes.inc(took.bodyBytes);
    },
    refused: (code) => refused.inc({ code }),
    connectionCut: () => cutConnections.inc(),
    wechatAnswered: (errcode) => wechatAnswers.inc({ errcode }),
    questionAnswered: (kind, seconds) => questions.observe({ kind }, seconds),
    inserted: ({ rows, seconds }) => {
      inserts.observe(seconds);
      insertRows.observe(rows);
    },
    insertFailed: () => insertFailures.inc(),
    foundDirty: (found) => {
      dirty = found;
    },
    foundLoss: (found) => {
      loss = found;
    },
    rolledUp: ({ hours, seconds }) => {
      rollups.observe(seconds);
      rolledUpHours.inc(hours);
    },
    delivered: (outcome) => deliveries.inc({ outcome }),
    deliveryLost: () => lostDeliveries.inc(),
    pushRefused: (cause) => refusedPushes.inc({ cause }),
    jobRan: (job, { isOk, seconds }) => {
      jobSeconds.set({ job }, seconds);
      if (isOk) failing.delete(job);
      else failing.add(job);
      jobFailures.inc({ job }, isOk ? 0 : 1);
      if (isOk) jobSuccess.set({ job }, now() / 1000);
      else jobSuccess.inc({ job }, 0);
    },
    failingJobs: () => [...failing],
  };
}
