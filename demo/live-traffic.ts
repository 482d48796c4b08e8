import type { MonitorConfig } from '@minilens/agent/monitor';
import { createSeededRandom } from '@minilens/simulator/seeded-random';
import { createVirtualClock } from '@minilens/simulator/virtual-clock';
import { MINUTE_MS } from './calendar.js';
import { createChance } from './chance.js';
import { createVisitor } from './population.js';
import { createResident, type Resident } from './resident.js';
import { storyEndingAt } from './story.js';

/** Whenever one looks a handful of people is there. */
const VISITS_A_MINUTE = 6;

/**
 * Those who come, each about every twenty minutes: mostly before their session has ended, so that the hour does not stand
 * far out of the month before it.
 */
const REGULARS = 120;

export interface LiveTrafficOptions {
  /** Unit: ms since the Unix epoch. */
  startAt: number;
  /** Far from the one of last time: the same people with the same sessions would be taken for those. */
  seed: number;
  /** The agent bundle as text. */
  agentCode: string;
  config: MonitorConfig;
}

/** The shop as it goes on, for as long as it is told what time it is. */
export function createLiveTraffic({ startAt, seed, agentCode, config }: LiveTrafficOptions) {
  const clock = createVirtualClock(startAt);
  const chance = createChance(createSeededRandom(seed));
  let lines: string[] = [];
  const collect = (line: string) => void lines.push(line);
  const town = { story: storyEndingAt(startAt), clock, agentCode, config, collect };
  const residents = Array.from({ length: REGULARS }, (_, place) =>
    createResident(town, createVisitor(chance, false), seed + place + 1),
  );

  function expectVisit(): void {
    clock.setTimeout(
      () => {
        const somebody = residents[Math.floor(chance.between(0, REGULARS))] as Resident;
        somebody.visit();
        expectVisit();
      },
      Math.floor(chance.between(0, (2 * MINUTE_MS) / VISITS_A_MINUTE)),
    );
  }
  expectVisit();

  return {
    /** Goes on until this moment (Unix ms). Gives the envelopes that agents posted meanwhile, in order of sending. */
    until(atMs: number): string[] {
      clock.advanceTo(atMs);
      const sent = lines;
      lines = [];
      return sent;
    },
  };
}
