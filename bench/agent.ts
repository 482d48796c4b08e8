import { gzipSync } from 'node:zlib';
import { readAgentCode } from '@minilens/simulator/agent-code';
import { runAgent } from '@minilens/simulator/agent-process';
import { median, type Row } from './row.js';

/** Calls in one timed stretch: long enough for the timer, short enough that the queue stays as small as in an app. */
const CALLS = 50;
/** Stretches of each variant, taken in turn so that all of them meet the same machine. */
const ROUNDS = 3_000;

/** What the agent weighs, and what it adds to one call of a watched function, its recorded event included. */
export async function benchAgent(): Promise<Row[]> {
  const code = readAgentCode();
  const bare = createPlatform();
  const watched = createPlatform();
  startAgent(code, watched);
  const reference = createPlatform();
  hookByHand(reference.wx, 'scanCode');

  const callback = await medianNs(callWithCallbacks, [bare, watched, reference]);
  const promise = await medianNs(callForPromises, [bare, watched]);
  const request = await medianNs(requestOnce, [bare, watched]);
  const added = ([without = 0, with_ = 0]: number[]) => Math.round(with_ - without);
  const byHand = Math.round((callback[2] ?? 0) - (callback[0] ?? 0));

  return [
    { name: 'agent, minified', value: Buffer.byteLength(code), unit: 'bytes' },
    { name: 'agent, gzip', value: gzipSync(code, { level: 9 }).length, unit: 'bytes', bar: '≤ 8192' },
    {
      name: 'added per call, callbacks',
      value: added(callback),
      unit: 'ns',
      bar: '≤ 500',
      note: 'call, callback and event',
    },
    {
      name: 'added per call, promise',
      value: added(promise),
      unit: 'ns',
      bar: '≤ 500',
      note: 'call, promise and event',
    },
    { name: 'added per wx.request', value: added(request), unit: 'ns', bar: '≤ 500', note: 'call, callback and event' },
    { name: 'a 15-line hook, per call', value: byHand, unit: 'ns', note: 'callbacks, one record a call' },
    {
      name: 'agent ÷ 15-line hook',
      value: Number((added(callback) / Math.max(1, byHand)).toFixed(2)),
      unit: '×',
    },
  ];
}

/** Median time of one call on each platform. Unit: ns. */
async function medianNs(stretch: (platform: Platform) => unknown, platforms: Platform[]): Promise<number[]> {
  const times = platforms.map(() => [] as number[]);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, platform] of platforms.entries()) {
      const startNs = process.hrtime.bigint();
      const pending = stretch(platform);
      if (pending) await pending;
      times[i]?.push(Number(process.hrtime.bigint() - startNs) / CALLS);
      platform.rest();
    }
  }
  return times.map(median);
}

type Options = {
  success?: (result: object) => void;
  fail?: (result: object) => void;
  complete?: (result: object) => void;
};
type Api = (options?: object) => unknown;
type Platform = ReturnType<typeof createPlatform>;

/** A platform that does nothing but answer at once, so that what is measured is the agent. */
function createPlatform() {
  const tasks: (() => void)[] = [];
  const done = { errMsg: 'scanCode:ok', statusCode: 200, data: { accepted: 1 }, header: {} };
  const settled = Promise.resolve(done);
  const wx: Record<string, Api> = {
    request(options) {
      const { success, complete } = options as Options;
      success?.(done);
      complete?.(done);
      return {};
    },
    scanCode(options) {
      const { success, fail, complete } = (options ?? {}) as Options;
      if (!success && !fail && !complete) return settled;
      success?.(done);
      complete?.(done);
      return undefined;
    },
    getStorageSync: () => '',
    setStorageSync() {},
    setStorage() {},
  };
  return {
    wx,
    tasks,
    /** Lets the agent send and save, outside of the timed stretch. */
    rest() {
      for (let i = 0; i < 3; i++) for (const task of tasks.splice(0)) task();
    },
  };
}

function startAgent(code: string, { wx, tasks }: Platform): void {
  let page: { onShow?: () => void } = {};
  const agent = runAgent(code, {
    wx,
    App() {},
    Page(definition: typeof page) {
      page = definition;
    },
    Component: undefined,
    getCurrentPages: () => [],
    setTimeout: (task: () => void) => tasks.push(task),
    Date,
    Math,
    console,
  });
  agent.monitor.config({ appId: 'wx0123456789abcdef', key: 'key', endpoint: 'https://minilens.test' });
  agent.globals().Page({});
  page.onShow?.call({ route: 'pages/index/index' } as never);
}

/** The least anybody would write who wants to know outcome and duration. */
function hookByHand(wx: Record<string, Api>, name: string): void {
  const records: object[] = [];
  const original = wx[name] as Api;
  wx[name] = (options) => {
    const startedAt = Date.now();
    const given = options as Options;
    const record = (outcome: string) => {
      records.push({ name, outcome, durationMs: Date.now() - startedAt });
      if (records.length > 100) records.length = 0;
    };
    return original({
      ...given,
      success(result: object) {
        record('success');
        given.success?.(result);
      },
      fail(result: object) {
        record('fail');
        given.fail?.(result);
      },
    });
  };
}

function callWithCallbacks({ wx }: Platform): void {
  for (let i = 0; i < CALLS; i++) (wx.scanCode as Api)({ scanType: ['qrCode'], success() {}, fail() {} });
}

async function callForPromises({ wx }: Platform): Promise<void> {
  let last: unknown;
  for (let i = 0; i < CALLS; i++) last = (wx.scanCode as Api)({ scanType: ['qrCode'] });
  await last;
}

function requestOnce({ wx }: Platform): void {
  for (let i = 0; i < CALLS; i++)
    (wx.request as Api)({ url: 'https://api.test/v1/orders/8731?a=1', success() {}, fail() {} });
}
