import { beforeEach, expect, test } from 'vitest';
import { Refusal } from '../http/refusal.js';
import type { Account, Accounts } from './accounts.js';
import type { SecondFactors } from './second-factor.js';
import { createSignIn, type SignIn } from './sign-in.js';

const LIN: Account = { id: 'lin', login: 'lin', role: 'member' };
const RECOVERY = 'abcd-efgh-2345-6723';

let clock = 0;
let hasSecondFactor = false;
let signIn: SignIn;
beforeEach(() => {
  clock = 1_000_000;
  hasSecondFactor = false;
  const accounts: Pick<Accounts, 'checkPassword'> = {
    checkPassword: async (login: string, password: string) => {
      if (password !== 'right') throw new Refusal('WRONG_LOGIN', 'wrong');
      return { ...LIN, login };
    },
  };
  const secondFactors: Pick<SecondFactors, 'isOn' | 'use'> = {
    isOn: async () => hasSecondFactor,
    use: async (_account, code) => code === '123456' || code === RECOVERY,
  };
  signIn = createSignIn({ accounts, secondFactors }, () => clock);
});

/** The code of the refusal; `ok` when it is none. */
const tryWith = (password: string, ip = '192.0.2.1', { login = 'lin', code }: { login?: string; code?: string } = {}) =>
  signIn.byPassword({ login, password, code }, ip).then(
    () => 'ok',
    (error: Refusal) => error.code,
  );
const times = async (n: number, run: (i: number) => Promise<string>) => {
  const said = [];
  for (let i = 0; i < n; i++) said.push(await run(i));
  return said;
};

test('a few mistakes cost nothing, then each waits twice as long as the one before', async () => {
  expect(await times(5, () => tryWith('wrong'))).toEqual(Array(5).fill('WRONG_LOGIN'));
  const waitsMs = [];
  for (let i = 0; i < 12; i++) {
    let waitMs = 0;
    while ((await tryWith('wrong')) === 'TOO_MANY_REQUESTS') {
      waitMs += 500;
      clock += 500;
    }
    waitsMs.push(waitMs);
  }
  expect(waitsMs).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900].map((seconds) => seconds * 1000));
});

test('tries at the same moment are counted before their passwords are looked at', async () => {
  const said = await Promise.all(Array.from({ length: 20 }, () => tryWith('wrong')));
  expect(said.filter((code) => code === 'WRONG_LOGIN')).toHaveLength(5);
  expect(said.filter((code) => code === 'TOO_MANY_REQUESTS')).toHaveLength(15);
});

test('too early is too early with the right password too, and says how long it is', async () => {
  await times(5, () => tryWith('wrong'));
  await expect(
    signIn.byPassword({ login: 'lin', password: 'right', code: undefined }, '192.0.2.1'),
  ).rejects.toMatchObject({
    code: 'TOO_MANY_REQUESTS',
    retryAfterSeconds: 1,
    message: 'Too many tries. Wait 1 second and try again.',
  });
  clock += 1_000;
  expect(await tryWith('right')).toBe('ok');
  expect(await tryWith('wrong')).toBe('WRONG_LOGIN');
});

test('nobody is locked out by who guesses from elsewhere', async () => {
  for (let i = 0; i < 200; i++) await tryWith('wrong', `198.51.100.${i}`);
  for (let i = 0; i < 20; i++) await tryWith('wrong', '203.0.113.9');
  expect(await tryWith('right', '192.0.2.1')).toBe('ok');
  expect(await tryWith('right', '192.0.2.2')).toBe('ok');
});

test('an account that is guessed at from everywhere gives each address one free try', async () => {
  for (let i = 0; i < 100; i++) await tryWith('wrong', `198.51.100.${i}`);
  expect(await times(2, () => tryWith('wrong', '203.0.113.9'))).toEqual(['WRONG_LOGIN', 'TOO_MANY_REQUESTS']);
});

test('an address that tries many names is slowed down, and an IPv6 network is one address', async () => {
  const names = (i: number) => ({ login: `name-${i}` });
  expect(await times(31, (i) => tryWith('wrong', `2001:db8::${i.toString(16)}`, names(i)))).toEqual([
    ...Array(30).fill('WRONG_LOGIN'),
    'TOO_MANY_REQUESTS',
  ]);
  expect(await tryWith('wrong', '2001:db8:0:1::1', names(99))).toBe('WRONG_LOGIN');
});

test('signing in well does not make up for an address’s tries at other names', async () => {
  const said = await times(40, (i) => (i % 2 ? tryWith('right') : tryWith('wrong', undefined, { login: `name-${i}` })));
  expect(said.slice(0, 40)).toContain('ok');
  expect(await times(11, (i) => tryWith('wrong', undefined, { login: `more-${i}` }))).toContain('TOO_MANY_REQUESTS');
});

test('a second factor is asked for after the password, and a wrong password says nothing of it', async () => {
  hasSecondFactor = true;
  expect(await tryWith('wrong', undefined, { code: '123456' })).toBe('WRONG_LOGIN');
  expect(await tryWith('right')).toBe('SECOND_FACTOR');
  expect(await tryWith('right', undefined, { code: '000000' })).toBe('SECOND_FACTOR');
  expect(await tryWith('right', undefined, { code: '123456' })).toBe('ok');
});

test('codes of six digits are counted from everywhere, and a recovery code still lets its owner in', async () => {
  hasSecondFactor = true;
  const said = await times(12, (i) => tryWith('right', `198.51.100.${i}`, { code: '000000' }));
  expect(said).toEqual([...Array(10).fill('SECOND_FACTOR'), 'TOO_MANY_REQUESTS', 'TOO_MANY_REQUESTS']);
  expect(await tryWith('right', undefined, { code: '123456' })).toBe('TOO_MANY_REQUESTS');
  expect(await tryWith('right', undefined, { code: RECOVERY })).toBe('ok');
});
