/** Moments on the way of an event at which a server can be made to die. `during` ones are over a moment after they began. */
export const STEPS = [
  'before a batch is checked',
  'before a spool write',
  'during a spool write',
  'after a spool write',
  'after an acknowledgement',
  'before a block is planned',
  'before an insert',
  'during an insert',
  'after an insert',
  'during a removal',
  'after a removal',
  'before a rollup',
  'during a rollup',
  'before a rollup comes into force',
  'during a sweep',
  'after a rollup came into force',
] as const;
export type Step = (typeof STEPS)[number];

/** What a server that shall die is told, as JSON in its first argument. */
export interface Death {
  step: Step;
  /** Reaching it the how-manieth time, from 1. */
  time: number;
  /** How long after reaching it; only of use for what takes a while. */
  afterMs: number;
}
