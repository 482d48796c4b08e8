import { ok, problem, type Said } from './finding.js';

/** @param lost apps, service providers and logins that another key belongs to. */
export const lookAtSecretKey = (lost: readonly string[]): Said =>
  lost.length === 0
    ? ok('opens everything that was sealed with it')
    : problem(
        `is not the one that belongs to ${lost.join(', ')}: signed requests, cloud calls, service providers, pushed messages and codes of second factors are refused there. Bring back MINILENS_SECRET_KEY, or secret.key from a backup; docs/operations.md says what to make anew where it is lost.`,
      );
