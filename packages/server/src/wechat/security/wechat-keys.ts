import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { type ContentAlgorithm, KEY_BYTES, type SymmetricKey } from '@minilens/wechat/security/content-cipher';
import { algorithmOf, type SignatureAlgorithm, type SignatureKey } from '@minilens/wechat/security/signature';
import {
  KEY_KINDS,
  type KeyKind,
  type NewWechatKey,
  type SecurityMode,
  type WechatKeys as State,
} from '@minilens/wire/wechat-keys';
import { newSecret } from '../../admin/secrets.js';
import type { Db } from '../../db/connect.js';
import type { SealedColumns } from '../../db/sealed-columns.js';
import type { WechatKeysTable } from '../../db/tables.js';
import { Refusal } from '../../http/refusal.js';
import { issueCertificate } from './certificate.js';

/** The smallest RSA key a developer may bring. Unit: bits. */
const MIN_RSA_BITS = 2048;

/** Everything that counts now; of two the newer first. */
export interface KeysInForce {
  symmetrics: SymmetricKey[];
  /** The developer's public keys. */
  developers: SignatureKey[];
  /** The platform's private keys. */
  platforms: SignatureKey[];
}

export interface Wanted {
  /** Of a symmetric key. */
  cipher?: ContentAlgorithm | undefined;
  /** Of a developer's key pair that is made here. */
  signature?: SignatureAlgorithm | undefined;
  /** PEM of the developer's own public key; without, a pair is made and its private half given away once. */
  publicKey?: string | undefined;
  /** The developer's own name of that key. */
  serial?: string | undefined;
}

/** The keys of signature and encryption, and the credentials of cloud calls, of every app. */
export interface WechatKeys {
  /** Undefined for an app that is unknown here. */
  mode(appid: string): Promise<SecurityMode | undefined>;
  setMode(appid: string, mode: SecurityMode): Promise<void>;
  inForce(appid: string): Promise<KeysInForce>;
  /** What may be shown: no secrets. */
  state(appid: string): Promise<State>;
  /** Makes what is missing of the three. @throws Refusal INVALID_REQUEST when nothing is. */
  create(appid: string, wanted: Wanted): Promise<NewWechatKey[]>;
  /** A new key of that kind. The older ones count until the overlap has passed. @throws Refusal INVALID_REQUEST */
  rotate(appid: string, kind: KeyKind, wanted: Wanted & { overlapMs: number }): Promise<NewWechatKey>;
  /** Ends a key at once and forgets it. @throws Refusal NOT_FOUND, INVALID_REQUEST for the only one that stays to sign answers */
  revoke(appid: string, serial: string): Promise<void>;
  /** New credentials of cloud calls, beside those there are. */
  issueCloud(appid: string): Promise<{ secretId: string; secretKey: string }>;
  findCloud(secretId: string): Promise<{ appid: string; secretKey: string } | undefined>;
  /** Apps with a key that was sealed with another one than this process has. */
  lost(): Promise<string[]>;
}

interface Material extends Pick<WechatKeysTable, 'serial' | 'algorithm' | 'public_key'> {
  /** What is sealed. */
  secret: string | null;
  /** What its owner is told once. */
  shown: { secret?: string; publicKey?: string };
}

export function createWechatKeys(db: Db, sealed: SealedColumns, now: () => number): WechatKeys {
  const inForce = async (appid: string) => {
    const rows = await db
      .selectFrom('wechat_keys')
      .selectAll()
      .where('appid', '=', appid)
      .where((where) => where.or([where('ends_at', 'is', null), where('ends_at', '>', now())]))
      .orderBy('created_at', 'desc')
      .execute();
    // Of two that were made in one moment, the one that ends is the older.
    return rows.sort((a, b) => Number(a.ends_at !== null) - Number(b.ends_at !== null));
  };
  const secretOf = (row: WechatKeysTable) => sealed.open(row.sealed ?? '', placeOf(row));
  const opens = (row: WechatKeysTable) => {
    try {
      secretOf(row);
      return true;
    } catch {
      return false;
    }
  };

  /** Puts it beside those there are, which end after the overlap. */
  const put = async (
    tx: Db,
    { appid, kind, overlapMs }: Pick<WechatKeysTable, 'appid' | 'kind'> & { overlapMs: number | null },
    material: Material,
  ) => {
    const { serial, algorithm, public_key, secret } = material;
    const at = now();
    await tx.deleteFrom('wechat_keys').where('appid', '=', appid).where('ends_at', '<=', at).execute();
    if (overlapMs !== null)
      await tx
        .updateTable('wechat_keys')
        .set({ ends_at: at + overlapMs })
        .where('appid', '=', appid)
        .where('kind', '=', kind)
        .where((where) => where.or([where('ends_at', 'is', null), where('ends_at', '>', at + overlapMs)]))
        .execute();
    const { numInsertedOrUpdatedRows } = await tx
      .insertInto('wechat_keys')
      .values({
        appid,
        kind,
        serial,
        algorithm,
        public_key,
        sealed: secret === null ? null : sealed.seal(secret, placeOf({ appid, kind, serial })),
        created_at: at,
        ends_at: null,
      })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    if (Number(numInsertedOrUpdatedRows) === 0)
      throw new Refusal('INVALID_REQUEST', `There is a key with the serial ${serial} already. Choose another serial.`);
  };
  /** All of them or, when one is refused or this process is killed, none. */
  const inOne = (work: (tx: Db) => Promise<void>) => db.transaction().execute(work);

  const make = async (kind: KeyKind, wanted: Wanted): Promise<Material> => {
    if (kind === 'symmetric') return makeSymmetric(wanted.cipher ?? 'AES256_GCM');
    if (kind === 'developer') return makeDeveloper(wanted);
    const { number, certificate, privateKey } = await issueCertificate(now());
    return {
      serial: number,
      algorithm: 'RSAwithSHA256',
      public_key: certificate,
      secret: privateKey,
      shown: { publicKey: certificate },
    };
  };
  const told = (kind: KeyKind, { serial, algorithm, shown }: Material): NewWechatKey => ({
    kind,
    serial,
    algorithm,
    ...shown,
  });

  const mode: WechatKeys['mode'] = async (appid) => {
    const row = await db
      .selectFrom('apps')
      .leftJoin('wechat_security', 'wechat_security.appid', 'apps.appid')
      .select('wechat_security.mode')
      .where('apps.appid', '=', appid)
      .executeTakeFirst();
    return row && (row.mode ?? 'off');
  };

  return {
    mode,
    setMode: async (appid, mode) => {
      await db
        .insertInto('wechat_security')
        .values({ appid, mode })
        .onConflict((conflict) => conflict.column('appid').doUpdateSet({ mode }))
        .execute();
    },
    inForce: async (appid) => {
      const keys: KeysInForce = { symmetrics: [], developers: [], platforms: [] };
      for (const row of await inForce(appid)) {
        const { kind, serial } = row;
        if (kind === 'symmetric')
          keys.symmetrics.push({
            algorithm: row.algorithm as ContentAlgorithm,
            serial,
            key: Buffer.from(secretOf(row), 'base64'),
          });
        if (kind === 'developer') keys.developers.push({ serial, key: createPublicKey(row.public_key ?? '') });
        if (kind === 'platform') keys.platforms.push({ serial, key: createPrivateKey(secretOf(row)) });
      }
      return keys;
    },
    state: async (appid) => ({
      mode: (await mode(appid)) ?? 'off',
      keys: (await inForce(appid)).map(({ kind, serial, algorithm, public_key, created_at, ends_at }) => ({
        kind,
        serial,
        algorithm,
        publicKey: public_key,
        createdAt: Number(created_at),
        endsAt: ends_at === null ? null : Number(ends_at),
      })),
    }),
    create: async (appid, wanted) => {
      const present = new Set((await inForce(appid)).map(({ kind }) => kind));
      const missing = KEY_KINDS.filter((kind) => !present.has(kind));
      if (missing.length === 0)
        throw new Refusal('INVALID_REQUEST', `${appid} has all its keys. Rotate one, or revoke one first.`);
      const made = await Promise.all(missing.map(async (kind) => ({ kind, material: await make(kind, wanted) })));
      await inOne(async (tx) => {
        for (const { kind, material } of made) await put(tx, { appid, kind, overlapMs: null }, material);
      });
      return made.map(({ kind, material }) => told(kind, material));
    },
    rotate: async (appid, kind, { overlapMs, ...wanted }) => {
      const current = (await inForce(appid)).find((row) => row.kind === kind);
      if (current === undefined)
        throw new Refusal(
          'INVALID_REQUEST',
          `${appid} has no ${kind} key to follow. Make it: minilens app keys ${appid} create.`,
        );
      const material = await make(kind, { ...alike(current), ...wanted });
      await inOne((tx) => put(tx, { appid, kind, overlapMs }, material));
      return told(kind, material);
    },
    revoke: async (appid, serial) => {
      const platforms = (await inForce(appid)).filter(({ kind }) => kind === 'platform');
      const isLast = !platforms.some((key) => key.serial !== serial && key.ends_at === null);
      if (isLast && platforms.some((key) => key.serial === serial && key.ends_at === null))
        throw new Refusal(
          'INVALID_REQUEST',
          'Answers are signed with this key and there is no other that stays. Rotate it first.',
        );
      const { numDeletedRows } = await db
        .deleteFrom('wechat_keys')
        .where('appid', '=', appid)
        .where('serial', '=', serial)
        .executeTakeFirst();
      if (Number(numDeletedRows) === 0)
        throw new Refusal('NOT_FOUND', `${appid} has no key with the serial ${serial}.`);
    },
    issueCloud: async (appid) => {
      const [secretId, secretKey] = [`AKID${newSecret()}`, newSecret()];
      const material = {
        serial: secretId,
        algorithm: 'TC3-HMAC-SHA256',
        public_key: null,
        secret: secretKey,
        shown: {},
      };
      await inOne((tx) => put(tx, { appid, kind: 'cloud', overlapMs: null }, material));
      return { secretId, secretKey };
    },
    findCloud: async (secretId) => {
      const row = await db
        .selectFrom('wechat_keys')
        .selectAll()
        .where('serial', '=', secretId)
        .where('kind', '=', 'cloud')
        .executeTakeFirst();
      return row && { appid: row.appid, secretKey: secretOf(row) };
    },
    lost: async () => {
      const rows = await db.selectFrom('wechat_keys').selectAll().where('sealed', 'is not', null).execute();
      return [...new Set(rows.filter((row) => !opens(row)).map(({ appid }) => appid))];
    },
  };
}

/** Unless something else is wanted, a key is followed by one of its algorithm. */
const alike = ({ kind, algorithm }: WechatKeysTable): Wanted =>
  kind === 'symmetric' ? { cipher: algorithm as ContentAlgorithm } : { signature: algorithm as SignatureAlgorithm };

const placeOf = ({ appid, kind, serial }: Pick<WechatKeysTable, 'appid' | 'kind' | 'serial'>) =>
  `wechat_keys:${appid}:${kind}:${serial}`;

function makeSymmetric(algorithm: ContentAlgorithm): Material {
  const secret = randomBytes(KEY_BYTES[algorithm]).toString('base64');
  return { serial: newSecret(), algorithm, public_key: null, secret, shown: { secret } };
}

const makePair = promisify(generateKeyPair);

async function makeDeveloper({
  signature = 'RSAwithSHA256',
  publicKey,
  serial = newSecret(),
}: Wanted): Promise<Material> {
  if (publicKey !== undefined) {
    const { algorithm, pem } = readPublicKey(publicKey);
    return { serial, algorithm, public_key: pem, secret: null, shown: { publicKey: pem } };
  }
  const pair =
    signature === 'SM2withSM3'
      ? await makePair('ec', { namedCurve: 'SM2' })
      : await makePair('rsa', { modulusLength: MIN_RSA_BITS });
  const pem = toPem(pair.publicKey);
  const secret = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { serial, algorithm: signature, public_key: pem, secret: null, shown: { secret, publicKey: pem } };
}

const toPem = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }).toString();

/** @throws Refusal INVALID_REQUEST for anything but a public key of one of the two algorithms. */
function readPublicKey(text: string): { algorithm: SignatureAlgorithm; pem: string } {
  const refuse = (what: string, cause?: unknown) =>
    new Refusal(
      'INVALID_REQUEST',
      `The public key ${what}. Give an RSA key of 2048 bits or more, or an SM2 key, as PEM.`,
      {
        cause,
      },
    );
  if (text.includes('PRIVATE KEY')) throw refuse('is a private one, which stays with you');
  let key: KeyObject;
  try {
    key = createPublicKey(text);
  } catch (cause) {
    throw refuse('is no PEM', cause);
  }
  const algorithm = algorithmOf(key);
  if (algorithm === undefined) throw refuse('is of another algorithm');
  if (algorithm === 'RSAwithSHA256' && (key.asymmetricKeyDetails?.modulusLength ?? 0) < MIN_RSA_BITS)
    throw refuse('is too short');
  return { algorithm, pem: toPem(key) };
}
