/** Moments at which a reporter can be made to die. */
export const STEPS = [
  'during a write',
  'before a request',
  'during a request',
  'after a request',
  'during a removal',
  'never',
] as const;

/** What this script is told, as JSON in its first argument. */
export interface Order {
  url: string;
  appid: string;
  secret: string;
  directory: string;
  /** Deliveries it reports, ten at a time. */
  deliveries: number;
  step: (typeof STEPS)[number];
  /** Reaching the step the how-manieth time, from 1. */
  time: number;
}
