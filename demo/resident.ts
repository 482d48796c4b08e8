import { createSeededRandom } from '@minilens/simulator/seeded-random';
import type { VirtualClock } from '@minilens/simulator/virtual-clock';
import { createChance } from './chance.js';
import { createPhone, type PhoneOptions } from './phone.js';
import type { Visitor } from './population.js';
import { type Visit, visitShop } from './shop.js';

/** What all residents of a town have in common. */
export type Town = Omit<PhoneOptions, 'visitor' | 'random' | 'chance'>;

export interface Resident {
  visitor: Visitor;
  /** Begins a visit, which goes on as the clock moves. Nobody opens the shop while they are in it. */
  visit(): void;
}

/** Somebody who visits the shop, with their phone. The same seed gives the same visits. */
export function createResident(town: Town, visitor: Visitor, seed: number): Resident {
  const random = createSeededRandom(seed);
  const phone = createPhone({ ...town, visitor, random, chance: createChance(random) });
  let isVisiting = false;
  return {
    visitor,
    visit() {
      if (isVisiting) return;
      isVisiting = true;
      live(town.clock, visitShop(phone), () => {
        isVisiting = false;
      });
    },
  };
}

function live(clock: VirtualClock, visit: Visit, onEnd: () => void): void {
  const { done, value } = visit.next();
  if (done) onEnd();
  else clock.setTimeout(() => live(clock, visit, onEnd), value);
}
