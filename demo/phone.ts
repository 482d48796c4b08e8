import type { MonitorConfig } from '@minilens/agent/monitor';
import {
  type CallAnswer,
  createDevice,
  type DeviceFacts,
  type EnterOptions,
  type Wx,
} from '@minilens/simulator/device';
import type { Timer, VirtualClock } from '@minilens/simulator/virtual-clock';
import { HOUR_MS, MINUTE_MS } from './calendar.js';
import type { Chance } from './chance.js';
import { type Caller, type Ending, requestEnding } from './endings.js';
import { createMemory } from './memory.js';
import { MISTAKES, type MistakeName, toldOf } from './mistakes.js';
import { type Opener, openingOf } from './openings.js';
import { PAGES } from './pages.js';
import { networkAt, type Visitor } from './population.js';
import { type Release, releaseFor, type Story } from './story.js';

/** What the shop watches: the agent's standard three, and what else it asks of the platform. */
export const WATCHED_APIS = [
  'requestPayment',
  'scanCode',
  'previewImage',
  'login',
  'chooseAddress',
  'getLocation',
  'requestSubscribeMessage',
];

/** What the agent looks for in every runtime, and the shop has no use for. */
const UNUSED_APIS = ['uploadFile', 'downloadFile', 'connectSocket'];
const LISTENERS = ['onError', 'onUnhandledRejection', 'onLazyLoadError', 'onMemoryWarning', 'onAppRoute'];

/** Share of batches that never reach the collector, so that the agent has to send them again. */
const LOST_BATCHES = 0.004;

/** How long a connection to the back end stays open for the next request. */
const KEPT_OPEN_MS = MINUTE_MS;

/** Share of cold starts for which WeChat has thrown the package away. */
const PACKAGE_LOST = 0.05;

/** Letters and digits of an openid. */
const OPENID_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-';

/** The agent asks only whether the answer is a receipt. */
const RECEIPT = { statusCode: 200, data: { accepted: 1, dropped: {} } };

interface AskOptions {
  /** One of the lists that 1.5.0 made slow. */
  isCatalogue?: boolean | undefined;
  success?(answer: { statusCode: number }): void;
}

export interface PhoneOptions {
  visitor: Visitor;
  story: Story;
  clock: VirtualClock;
  random: () => number;
  chance: Chance;
  agentCode: string;
  config: MonitorConfig;
  /** Given every batch that reaches the collector. */
  collect(line: string): void;
}

/** A visitor's phone with the shop's Mini Program on it: the simulated device, and what the world answers it. */
export function createPhone({ visitor, story, clock, random, chance, agentCode, config, collect }: PhoneOptions) {
  const facts: Partial<DeviceFacts> = { ...visitor.facts };
  const { platform, level = 1 } = visitor.facts;
  const memory = createMemory(chance, level);
  const openid = visitor.isMember ? openidOf(random) : undefined;
  const hears: Record<string, (told: unknown) => void> = {};
  let release: Release = releaseFor(story, visitor.rank, clock.now());
  /** The version whose package the phone holds. */
  let held: string | undefined;
  let start: Opener['start'];
  let connectedUntil = 0;
  const device = createDevice({
    agentCode,
    clock,
    random,
    config,
    facts,
    apis: [...WATCHED_APIS, ...UNUSED_APIS],
    latencyMs: chance.around(90),
    freezesInBackground: platform === 'ios',
    reportsFirst: chance.happens(0.5) ? 'app' : 'page',
    // JavaScriptCore does not tell how much memory it uses.
    ...(platform !== 'ios' && { globals: { performance: { memory } } }),
    prepareWx(wx: Wx) {
      for (const name of LISTENERS)
        wx[name] = (heard: (told: unknown) => void) => {
          hears[name] = heard;
        };
    },
    app({ App, page }) {
      App({});
      page(PAGES.product.path, { onShareAppMessage: () => ({ path: PAGES.product.path }) });
    },
    opening(path) {
      const opening = openingOf(
        { chance, level, network: facts.network ?? '', slowness: release.slowness, start },
        path,
      );
      start = undefined;
      if (memory.takeInPage()) hears.onMemoryWarning?.(platform === 'ios' ? {} : { level: 10 });
      return opening;
    },
    onCall: (_name, options) => (options as { ending?: CallAnswer } | undefined)?.ending,
    onRequest(line) {
      if (chance.happens(LOST_BATCHES)) return undefined;
      collect(line);
      return RECEIPT;
    },
  });
  let end: Timer | undefined;

  const caller = (): Caller => ({
    chance,
    story,
    now: clock.now(),
    platform,
    version: facts.version ?? '',
    network: facts.network ?? '',
  });

  /** The code of the version that runs comes to this place, and makes the mistake if it is one of its own. */
  function stumble(name: MistakeName): void {
    const mistake = MISTAKES[name];
    if (release.mistakes.includes(name)) hears[mistake.listener]?.(toldOf(mistake, platform));
  }

  /** Asks the shop's back end. */
  function ask(
    method: string,
    path: string,
    medianMs: number,
    { isCatalogue = false, success = () => {} }: AskOptions = {},
  ): { abort(): void } {
    const isConnected = clock.now() < connectedUntil;
    const slowness = isCatalogue ? release.slowness : 1;
    const ending = requestEnding(caller(), { medianMs, slowness, isConnected });
    connectedUntil = clock.now() + ending.afterMs + KEPT_OPEN_MS;
    const fail = ({ errMsg }: { errMsg: string }) => {
      if (isCatalogue && errMsg.endsWith('timeout')) stumble('listNotCaught');
    };
    return device.request(`https://api.shop.example${path}`, { method, ending, success, fail });
  }

  return {
    device,
    chance,
    /** Opens the Mini Program; a new version comes with a cold start only. */
    pickUp(enter: Partial<EnterOptions>) {
      clock.clearTimeout(end);
      facts.network = networkAt(chance, clock.now());
      if (device.isRunning) {
        device.setNetwork(facts.network);
        device.show(enter);
        return;
      }
      release = releaseFor(story, visitor.rank, clock.now());
      facts.version = release.version;
      const holdsIt = held === release.version && !chance.happens(PACKAGE_LOST);
      start = holdsIt ? 'from the package it has' : 'from a new package';
      held = release.version;
      connectedUntil = 0;
      memory.beginAnew();
      device.launch(enter);
    },
    /** Closes it. WeChat keeps it for a while, in case it is wanted again. */
    putAway() {
      device.hide();
      end = clock.setTimeout(device.kill, Math.min(3 * HOUR_MS, chance.around(12 * MINUTE_MS, 0.9)));
    },
    /** Calls the `wx` function, which ends as `decide` says, and gives that ending. */
    call(name: string, decide: (caller: Caller) => Ending): Ending {
      const ending = decide(caller());
      device.call(name, { ending });
      return ending;
    },
    ask,
    /** The back end says who its members are, and the shop passes that on to the agent. */
    signIn() {
      ask('POST', '/v1/session', 140, {
        success({ statusCode }) {
          if (openid !== undefined && statusCode === 200) device.monitor.setUser({ openid });
        },
      });
    },
    stumble,
  };
}

export type Phone = ReturnType<typeof createPhone>;

/** As WeChat makes them: 28 characters, the first an o. */
const openidOf = (random: () => number): string =>
  `o${Array.from({ length: 27 }, () => OPENID_LETTERS[Math.floor(random() * OPENID_LETTERS.length)]).join('')}`;
