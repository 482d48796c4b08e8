import { compileFunction } from 'node:vm';
import { parentPort, workerData } from 'node:worker_threads';
import { UNHOOKED, VARIANTS } from './agent-variants.js';
import { APP_ORIGIN, type Api, becomeMiniProgram } from './mini-program.js';
import { median } from './row.js';

/** What a thread is told: which variant it is, and the code of its agent. */
export interface WorkerOrder {
  variant: string;
  code: string | undefined;
}

export type Style = 'request' | 'callbacks' | 'promise';

/** What it says once it is ready. */
export interface WorkerReady {
  /** Why there is nothing to measure in a style. */
  whyNot: Partial<Record<Style, string>>;
}

/** What it answers to a style. */
export interface Turn {
  /** Median of its stretches. Unit: ns per call. */
  callNs: number;
  calls: number;
  /** Events of calls and requests that reached the server so far; only Minilens' reports are read. */
  arrived: number;
}

/** Calls in one timed stretch: long enough for the timer, short enough that the queue stays as small as in an app. */
const CALLS = 50;
const STRETCHES = 20;
/** As many addresses as an app asks. */
const URLS = Array.from({ length: 20 }, (_, i) => `${APP_ORIGIN}v1/orders${i}/8731?a=1`);

declare const wx: Record<'request' | 'scanCode', Api>;

const { variant: name, code }: WorkerOrder = workerData;
const variant = [UNHOOKED, ...VARIANTS].find((one) => one.name === name) ?? UNHOOKED;

let arrived = 0;
const app = becomeMiniProgram((url, body) => {
  if (!url.endsWith('/v1/collect')) return;
  const { events } = (typeof body === 'string' ? JSON.parse(body) : body) as { events: { kind: string }[] };
  for (const { kind } of events) if (kind === 'call' || kind === 'request') arrived++;
});

const { request, scanCode } = wx;
const module = { exports: {} };
if (code !== undefined) compileFunction(code, ['module', 'exports'])(module, module.exports);
variant.start(module.exports as never);
app.open();
for (let i = 0; i < 5; i++) await app.rest();

const stretches: Record<Style, () => unknown> = {
  request() {
    for (let i = 0; i < CALLS; i++) wx.request({ url: URLS[i % URLS.length], method: 'GET', success() {}, fail() {} });
  },
  callbacks() {
    for (let i = 0; i < CALLS; i++) wx.scanCode({ scanType: ['qrCode'], success() {}, fail() {} });
  },
  promise() {
    let last: unknown;
    for (let i = 0; i < CALLS; i++) last = wx.scanCode({ scanType: ['qrCode'] });
    return last;
  },
};

parentPort?.on('message', async (style: Style) => {
  const times: number[] = [];
  for (let i = 0; i < STRETCHES; i++) {
    const startNs = process.hrtime.bigint();
    const pending = stretches[style]();
    if (style === 'promise') await pending;
    times.push(Number(process.hrtime.bigint() - startNs) / CALLS);
    await app.rest();
  }
  parentPort?.postMessage({ callNs: median(times), calls: CALLS * STRETCHES, arrived } satisfies Turn);
});

const whyNot: WorkerReady['whyNot'] = {};
if (!variant.showsNoise) {
  if (wx.request === request) whyNot.request = 'does not hook';
  if (wx.scanCode === scanCode) whyNot.callbacks = whyNot.promise = 'does not hook';
  else if (!(wx.scanCode({ scanType: ['qrCode'] }) instanceof Promise)) whyNot.promise = 'loses the promise';
}
parentPort?.postMessage({ whyNot } satisfies WorkerReady);
