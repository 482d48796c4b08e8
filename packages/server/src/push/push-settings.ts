import type { PushSettingsBody, PushSettings as Shown } from '@minilens/wire/push-report';
import { isFresh } from '../admin/apps.js';
import type { Db } from '../db/connect.js';
import type { SealedColumns } from '../db/sealed-columns.js';
import type { PushSettingsTable } from '../db/tables.js';
import { isRefusal, Refusal } from '../http/refusal.js';

/** What may be shown of an app's settings: no secrets. */
export type ShownSettings = Omit<Shown, 'url'>;

/** How an app's messages are passed on now. */
export interface PushInForce {
  upstream: URL;
  format: Shown['format'];
  mode: Shown['mode'];
  token: string | undefined;
  encodingAesKey: string | undefined;
  coverLate: boolean;
  keepContent: boolean;
}

/** How the messages of every app are passed on. */
export interface PushSettings {
  read(appid: string): Promise<ShownSettings>;
  /** What is absent stays; null takes away. @throws Refusal INVALID_REQUEST for an upstream that cannot be one */
  change(appid: string, wanted: PushSettingsBody): Promise<ShownSettings>;
  /**
   * Undefined where nothing is passed on; the same object as long as nothing has changed. Remembered, as apps are, and
   * for a while also without the database.
   *
   * @throws OtherSecretKey when its secrets were sealed with another key.
   */
  inForce(appid: string): Promise<PushInForce | undefined>;
  /** Apps with a secret that was sealed with another key than this process has. */
  lost(): Promise<string[]>;
}

type Row = Omit<PushSettingsTable, 'appid'>;

const NONE: Row = {
  upstream: null,
  format: 'xml',
  mode: 'plain',
  token: null,
  aes_key: null,
  cover_late: 0,
  keep_content: 0,
};

export function createPushSettings(db: Db, sealed: SealedColumns, now: () => number): PushSettings {
  // The whole table, which is small: strangers may ask for any app.
  let remembered: { rows: ReadonlyMap<string, PushSettingsTable>; at: number } | undefined;
  const opened = new Map<string, { row: string; settings: PushInForce | undefined }>();
  let changes = 0;

  const readRow = (appid: string) =>
    db.selectFrom('push_settings').selectAll().where('appid', '=', appid).executeTakeFirst();
  const readAll = () => db.selectFrom('push_settings').selectAll().execute();

  async function rowsNow(): Promise<ReadonlyMap<string, PushSettingsTable>> {
    const known = remembered;
    if (known !== undefined && isFresh(known.at, now())) return known.rows;
    // Whoever else asks while they are read again goes on with what is known.
    if (known !== undefined) known.at = now();
    const before = changes;
    const read = await readAll().catch((error) => {
      if (known !== undefined && isRefusal(error, 'DATABASE_DOWN')) return undefined;
      throw error;
    });
    if (read === undefined) return known?.rows ?? new Map();
    const rows = new Map(read.map((row) => [row.appid, row]));
    // What was read during a change may be older than it.
    if (before === changes) remembered = { rows, at: now() };
    return rows;
  }

  const open = ({ appid, upstream, format, mode, ...row }: PushSettingsTable): PushInForce | undefined => {
    const secretOf = (column: SecretColumn) =>
      row[column] === null ? undefined : sealed.open(row[column], placeOf(appid, column));
    const secrets = { token: secretOf('token'), encodingAesKey: secretOf('aes_key') };
    const switches = { coverLate: row.cover_late === 1, keepContent: row.keep_content === 1 };
    return upstream === null ? undefined : { upstream: new URL(upstream), format, mode, ...secrets, ...switches };
  };
  const opens = (row: PushSettingsTable) => {
    try {
      open(row);
      return true;
    } catch {
      return false;
    }
  };

  return {
    read: async (appid) => shown((await readRow(appid)) ?? NONE),

    change: async (appid, wanted) => {
      const set = toColumns(wanted, (secret, column) => sealed.seal(secret, placeOf(appid, column)));
      if (Object.keys(set).length > 0) {
        await db
          .insertInto('push_settings')
          .values({ appid, ...NONE, ...set })
          .onConflict((conflict) => conflict.column('appid').doUpdateSet(set))
          .execute();
        changes++;
        remembered = undefined;
      }
      return shown((await readRow(appid)) ?? NONE);
    },

    inForce: async (appid) => {
      const row = (await rowsNow()).get(appid);
      if (row === undefined) return undefined;
      const text = JSON.stringify(row);
      const known = opened.get(appid);
      if (known?.row === text) return known.settings;
      const settings = open(row);
      opened.set(appid, { row: text, settings });
      return settings;
    },

    lost: async () => (await readAll()).filter((row) => !opens(row)).map(({ appid }) => appid),
  };
}

type SecretColumn = 'token' | 'aes_key';
const placeOf = (appid: string, column: SecretColumn) => `push_settings:${appid}:${column}`;

function toColumns(
  { upstream, format, mode, token, encodingAesKey, coverLate, keepContent }: PushSettingsBody,
  seal: (secret: string, column: SecretColumn) => string,
): Partial<Row> {
  const orNull = <T>(value: T | null, change: (value: T) => string) => (value === null ? null : change(value));
  return {
    ...(upstream !== undefined && { upstream: orNull(upstream, checkedUpstream) }),
    ...(format !== undefined && { format }),
    ...(mode !== undefined && { mode }),
    ...(token !== undefined && { token: orNull(token, (secret) => seal(secret, 'token')) }),
    ...(encodingAesKey !== undefined && { aes_key: orNull(encodingAesKey, (secret) => seal(secret, 'aes_key')) }),
    ...(coverLate !== undefined && { cover_late: Number(coverLate) }),
    ...(keepContent !== undefined && { keep_content: Number(keepContent) }),
  };
}

const shown = ({ upstream, format, mode, token, aes_key, cover_late, keep_content }: Row): ShownSettings => ({
  ...{ upstream, format, mode },
  ...{ hasToken: token !== null, hasKey: aes_key !== null },
  ...{ coverLate: cover_late === 1, keepContent: keep_content === 1 },
});

/** @throws Refusal INVALID_REQUEST */
function checkedUpstream(text: string): string {
  const refuse = (what: string) =>
    new Refusal(
      'INVALID_REQUEST',
      `upstream ${what}. Write the address at which the back end takes WeChat's messages, such as https://shop.example/wechat.`,
    );
  if (!URL.canParse(text)) throw refuse('is no URL');
  const url = new URL(text);
  // It is shown to whoever may read the settings.
  if (url.username !== '' || url.password !== '') throw refuse('holds a user or a password, which it must not');
  if (url.hash !== '') throw refuse('holds a #, and nothing after one is sent');
  return url.href;
}
