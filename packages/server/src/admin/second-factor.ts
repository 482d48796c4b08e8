import { randomBytes } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import type { Db } from '../db/connect.js';
import type { SealedColumns } from '../db/sealed-columns.js';
import type { SecondFactorsTable } from '../db/tables.js';
import { Refusal } from '../http/refusal.js';
import type { Account } from './accounts.js';
import { hashSecret } from './secrets.js';

/** What authenticator apps expect (RFC 6238): six digits of SHA-1, a new one every half minute. Unit: s. */
const PERIOD_S = 30;
const CODE = /^\d{6}$/;

/** Codes of the half minute before and after count too: telephones' clocks differ. */
const WINDOW = 1;

const SECRET_BYTES = 20;

/** How many recovery codes there are, and how long each is: long enough for a plain hash. */
const RECOVERY_CODES = 10;
const RECOVERY_BYTES = 10;

/** What somebody signs in with beside their password: codes of an authenticator app, or recovery codes. */
export interface SecondFactors {
  /** Whether it is confirmed, so that codes are asked for. */
  isOn(account: Account): Promise<boolean>;
  /** Begins with a new secret, or again with another. @throws Refusal INVALID_REQUEST when it is on. */
  enrol(account: Account): Promise<{ secret: string; uri: string }>;
  /** Turns it on and gives the recovery codes, this once. @throws Refusal SECOND_FACTOR for a wrong code */
  confirm(account: Account, code: string): Promise<string[]>;
  /** Uses up a code. Whether it was right. @throws Refusal SECOND_FACTOR where the secret does not open; recovery codes work */
  use(account: Account, code: string): Promise<boolean>;
  /** Turns it off. */
  disable(account: Account): Promise<void>;
  /** Logins whose secret was sealed with another key than this process has. */
  lost(): Promise<string[]>;
}

/** Whether a code is one of the few that can be guessed. */
export const isShortCode = (code: string): boolean => CODE.test(code.trim());

/** @param now Unix ms. */
export function createSecondFactors(db: Db, sealed: SealedColumns, now: () => number): SecondFactors {
  const placeOf = ({ id }: Pick<Account, 'id'>) => `second_factors:${id}`;
  const find = ({ id }: Account) =>
    db.selectFrom('second_factors').selectAll().where('user_id', '=', id).executeTakeFirst();
  const secretOf = (account: Pick<Account, 'id'>, { sealed: text }: Pick<SecondFactorsTable, 'sealed'>) => {
    try {
      return sealed.open(text, placeOf(account));
    } catch (cause) {
      const message =
        'The server cannot check codes, as its key was changed. Use a recovery code, or ask your administrator: minilens user second-factor-off.';
      throw new Refusal('SECOND_FACTOR', message, { cause });
    }
  };
  const isOn = async (account: Account) => ((await find(account))?.confirmed_at ?? null) !== null;

  /** The half minute whose code it is; undefined where it is none. */
  const stepOf = (secret: string, code: string): number | undefined => {
    const delta = new TOTP({ secret: Secret.fromBase32(secret), period: PERIOD_S }).validate({
      token: code.trim(),
      timestamp: now(),
      window: WINDOW,
    });
    return delta === null ? undefined : TOTP.counter({ period: PERIOD_S, timestamp: now() }) + delta;
  };

  return {
    isOn,

    enrol: async (account) => {
      const secret = new Secret({ buffer: new Uint8Array(randomBytes(SECRET_BYTES)).buffer });
      const values = { sealed: sealed.seal(secret.base32, placeOf(account)), confirmed_at: null, last_step: 0 };
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('second_factors')
        .values({ user_id: account.id, ...values })
        // Of two tabs, one may have confirmed meanwhile: what is on stays on.
        .onConflict((conflict) =>
          conflict.column('user_id').doUpdateSet(values).where('second_factors.confirmed_at', 'is', null),
        )
        .executeTakeFirst();
      if (Number(numInsertedOrUpdatedRows) === 0) throw isOnAlready();
      const uri = new TOTP({ issuer: 'Minilens', label: account.login, secret, period: PERIOD_S }).toString();
      return { secret: secret.base32, uri };
    },

    confirm: async (account, code) => {
      const row = await find(account);
      if (row === undefined || row.confirmed_at !== null)
        throw new Refusal('INVALID_REQUEST', 'There is no second factor that waits to be confirmed. Begin with one.');
      const step = isShortCode(code) ? stepOf(secretOf(account, row), code) : undefined;
      if (step === undefined) throw wrongCode();
      const codes = Array.from({ length: RECOVERY_CODES }, newRecoveryCode);
      await db.transaction().execute(async (tx) => {
        await tx.deleteFrom('recovery_codes').where('user_id', '=', account.id).execute();
        await tx
          .insertInto('recovery_codes')
          .values(codes.map((each) => ({ user_id: account.id, code_hash: hashRecoveryCode(each) })))
          .execute();
        const { numUpdatedRows } = await tx
          .updateTable('second_factors')
          .set({ confirmed_at: now(), last_step: step })
          .where('user_id', '=', account.id)
          .where('sealed', '=', row.sealed)
          .where('confirmed_at', 'is', null)
          .executeTakeFirst();
        if (Number(numUpdatedRows) === 0) throw wrongCode();
      });
      return codes;
    },

    use: async (account, code) => {
      if (!isShortCode(code)) {
        const { numDeletedRows } = await db
          .deleteFrom('recovery_codes')
          .where('user_id', '=', account.id)
          .where('code_hash', '=', hashRecoveryCode(code))
          .executeTakeFirst();
        return Number(numDeletedRows) > 0;
      }
      const row = await find(account);
      if (row === undefined || row.confirmed_at === null) return false;
      const step = stepOf(secretOf(account, row), code);
      if (step === undefined) return false;
      // Of two who bring the same code at once, one gets it.
      const { numUpdatedRows } = await db
        .updateTable('second_factors')
        .set({ last_step: step })
        .where('user_id', '=', account.id)
        .where('last_step', '<', step)
        .executeTakeFirst();
      return Number(numUpdatedRows) > 0;
    },

    disable: async ({ id }) => {
      await db.transaction().execute(async (tx) => {
        await tx.deleteFrom('recovery_codes').where('user_id', '=', id).execute();
        await tx.deleteFrom('second_factors').where('user_id', '=', id).execute();
      });
    },

    lost: async () => {
      const rows = await db
        .selectFrom('second_factors')
        .innerJoin('users', 'users.id', 'second_factors.user_id')
        .select(['users.id', 'users.login', 'sealed'])
        .where('confirmed_at', 'is not', null)
        .execute();
      const opens = (row: (typeof rows)[number]) => {
        try {
          return secretOf(row, row) !== '';
        } catch {
          return false;
        }
      };
      return rows.filter((row) => !opens(row)).map(({ login }) => login);
    },
  };
}

const isOnAlready = () =>
  new Refusal('INVALID_REQUEST', 'A second factor is on already. Turn it off to begin with another one.');

export const wrongCode = () =>
  new Refusal(
    'SECOND_FACTOR',
    'The code is wrong, or was used already. Wait for the next one of your authenticator app.',
  );

/** `abcd-efgh-2345-6723`: 80 bits, without letters that look like digits. */
const newRecoveryCode = (): string =>
  (
    new Secret({ buffer: new Uint8Array(randomBytes(RECOVERY_BYTES)).buffer }).base32.toLowerCase().match(/.{4}/g) ?? []
  ).join('-');

/** People type them with and without what is between, and in capitals. */
const hashRecoveryCode = (code: string): string => hashSecret(code.toLowerCase().replace(/[^a-z2-7]/g, ''));
