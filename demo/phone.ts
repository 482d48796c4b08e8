import type { MonitorConfig } from '@minilens/agent/monitor';
import { type CallAnswer, createDevice, type DeviceFacts, type EnterOptions } from '@minilens/simulator/device';
import type { Timer, VirtualClock } from '@minilens/simulator/virtual-clock';
import { HOUR_MS, MINUTE_MS } from './calendar.js';
import type { Chance } from './chance.js';
import { type Caller, type Ending, requestEnding } from './endings.js';
import { networkAt, type Visitor } from './population.js';
import { releaseFor, type Story } from './story.js';

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

/** Share of batches that never reach the collector, so that the agent has to send them again. */
const LOST_BATCHES = 0.004;

/** The agent asks only whether the answer is a receipt. */
const RECEIPT = { statusCode: 200, data: { accepted: 1, dropped: {} } };

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
  const device = createDevice({
    agentCode,
    clock,
    random,
    config,
    facts,
    apis: WATCHED_APIS,
    latencyMs: chance.around(90),
    freezesInBackground: visitor.facts.platform === 'ios',
    reportsFirst: chance.happens(0.5) ? 'app' : 'page',
    onCall: (_name, options) => (options as { ending?: CallAnswer } | undefined)?.ending,
    onRequest(line) {
      if (chance.happens(LOST_BATCHES)) return undefined;
      collect(line);
      return RECEIPT;
    },
  });
  let slowness = 1;
  let end: Timer | undefined;

  const caller = (): Caller => ({
    chance,
    story,
    now: clock.now(),
    platform: visitor.facts.platform,
    version: facts.version ?? '',
    network: facts.network ?? '',
  });

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
      const release = releaseFor(story, visitor.rank, clock.now());
      facts.version = release.version;
      slowness = release.slowness;
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
    /** Asks the shop's back end. `isCatalogue`: one of the lists that 1.5.0 made slow. */
    ask(method: string, path: string, medianMs: number, isCatalogue = false): { abort(): void } {
      const ending = requestEnding(caller(), medianMs, isCatalogue ? slowness : 1);
      return device.request(`https://api.shop.example${path}`, { method, ending });
    },
  };
}

export type Phone = ReturnType<typeof createPhone>;
