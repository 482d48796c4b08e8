import { ok, problem, type Said } from './finding.js';

/** @param lost apps and service providers that another key belongs to. */
export const lookAtSecretKey = (lost: readonly string[]): Said =>
  lost.length === 0
    ? ok('opens everything that was sealed with it')
    : problem(
        `is not the one that belongs to ${lost.join(', ')}: signed requests, cloud calls, service providers and pushed messages are refused there. Bring back MINILENS_SECRET_KEY, or secret.key from a backup; docs/operations.md says what to make anew where it is lost.`,
      );
