import { networkOf } from '../collect/rate-limits.js';
import { Refusal } from '../http/refusal.js';
import type { Account, Accounts } from './accounts.js';
import { isShortCode, type SecondFactors, wrongCode } from './second-factor.js';
import { createThrottle, type ThrottleOptions } from './throttle.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const SLOWER: Omit<ThrottleOptions, 'free'> = {
  firstWaitMs: 1_000,
  longestWaitMs: 15 * MINUTE_MS,
  forgetAfterMs: HOUR_MS,
};

/** Wrong passwords for one account from one network: people mistype. */
const FREE_OF_PAIR = 5;

/** From one network for any account: there may be an office behind it. */
const FREE_OF_NETWORK = 30;

/** Wrong passwords for one account from anywhere within an hour, from which on each network has a single free try. */
const MANY_OF_ACCOUNT = 100;

/**
 * Six digits can be guessed, and only who knows the password gets so far: they are counted wherever they come from.
 * Recovery codes cannot be guessed and are not, so that nobody can lock the account's owner out with them.
 */
const CODES: ThrottleOptions = {
  free: 10,
  firstWaitMs: MINUTE_MS,
  longestWaitMs: 15 * MINUTE_MS,
  forgetAfterMs: 24 * HOUR_MS,
};

export interface SignIn {
  /**
   * Whose name, password and, where one is needed, code these are.
   *
   * @throws Refusal WRONG_LOGIN, SECOND_FACTOR, TOO_MANY_REQUESTS
   */
  byPassword(said: { login: string; password: string; code: string | undefined }, ip: string): Promise<Account>;
  /** Uses up a code of somebody who is signed in. @throws Refusal SECOND_FACTOR, TOO_MANY_REQUESTS */
  checkCode(account: Account, code: string): Promise<void>;
  /** Runs what asks for the password of somebody who is signed in. @throws Refusal TOO_MANY_REQUESTS */
  withPassword<T>(account: Account, ip: string, run: () => Promise<T>): Promise<T>;
}

/** Tries are counted in this process alone: with several each has its own. @param now Unix ms. */
export function createSignIn(
  {
    accounts,
    secondFactors,
  }: { accounts: Pick<Accounts, 'checkPassword'>; secondFactors: Pick<SecondFactors, 'isOn' | 'use'> },
  now: () => number,
): SignIn {
  const ofPair = createThrottle({ ...SLOWER, free: FREE_OF_PAIR }, now);
  const ofNetwork = createThrottle({ ...SLOWER, free: FREE_OF_NETWORK }, now);
  const ofAccount = createThrottle({ ...SLOWER, free: Number.POSITIVE_INFINITY }, now);
  const ofCodes = createThrottle(CODES, now);

  /** Counts a try with a password, and takes it back when it was the right one. */
  const trying = async <T>(login: string, ip: string, run: () => Promise<T>): Promise<T> => {
    const network = networkOf(ip);
    const pair = JSON.stringify([login, network]);
    const isAttacked = ofAccount.failures(login) >= MANY_OF_ACCOUNT;
    const networkWaitMs = ofNetwork.begin(network);
    if (networkWaitMs > 0) throw tooMany(networkWaitMs);
    const pairWaitMs = ofPair.begin(pair, isAttacked ? 1 : FREE_OF_PAIR);
    if (pairWaitMs > 0) {
      ofNetwork.succeed(network, false);
      throw tooMany(pairWaitMs);
    }
    ofAccount.begin(login);
    const result = await run();
    ofNetwork.succeed(network, false);
    ofPair.succeed(pair, true);
    ofAccount.succeed(login, false);
    return result;
  };

  const checkCode: SignIn['checkCode'] = async (account, code) => {
    if (!isShortCode(code)) {
      if (!(await secondFactors.use(account, code))) throw wrongCode();
      return;
    }
    const waitMs = ofCodes.begin(account.id);
    if (waitMs > 0) throw tooMany(waitMs, 'Too many wrong codes. Use a recovery code, or wait');
    if (!(await secondFactors.use(account, code))) throw wrongCode();
    ofCodes.succeed(account.id, true);
  };

  return {
    byPassword: async ({ login, password, code }, ip) => {
      const account = await trying(login, ip, () => accounts.checkPassword(login, password));
      if (!(await secondFactors.isOn(account))) return account;
      if (code === undefined)
        throw new Refusal('SECOND_FACTOR', 'Send the code of your authenticator app too, or a recovery code.');
      await checkCode(account, code);
      return account;
    },
    checkCode,
    withPassword: ({ login }, ip, run) => trying(login, ip, run),
  };
}

const tooMany = (waitMs: number, what = 'Too many tries. Wait') => {
  const retryAfterSeconds = Math.ceil(waitMs / 1000);
  const message = `${what} ${retryAfterSeconds} ${retryAfterSeconds === 1 ? 'second' : 'seconds'} and try again.`;
  return new Refusal('TOO_MANY_REQUESTS', message, { retryAfterSeconds });
};
