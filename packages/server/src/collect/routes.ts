import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Envelope } from '@minilens/wire/envelope';
import { LIMITS } from '@minilens/wire/limits';
import { Receipt, Refusal as RefusalBody } from '@minilens/wire/receipt';
import type { FastifyRequest } from 'fastify';
import pLimit from 'p-limit';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { Apps } from '../admin/apps.js';
import type { Identify } from '../admin/identify.js';
import type { EventCounters } from '../http/event-counters.js';
import { problemOf } from '../http/problem.js';
import { readBody } from '../http/read-body.js';
import { readJson } from '../http/read-json.js';
import { isRefusal, Refusal } from '../http/refusal.js';
import { DEVICE_CLOCK, TRUSTED_CLOCK } from './clock.js';
import type { Memory } from './forgotten.js';
import { ingest } from './ingest.js';
import { createRateLimits, type Rates } from './rate-limits.js';
import type { Spool } from './spool.js';
import { sumReceipts } from './sum-receipts.js';

export interface CollectDeps {
  spool: Spool;
  apps: Apps;
  identify: Identify;
  counters: EventCounters;
  rates: Rates;
  memory: Memory;
  now: () => number;
}

/** Lines of one import request. A larger file comes in several. */
const IMPORT_BODY_BYTES = 8 * 1024 * 1024;

/** Envelopes of an import that share a turn. */
const IMPORT_AT_ONCE = 100;

/** Share of the spool that imports may fill. The rest is left to devices, which cannot wait as well as a file can. */
const IMPORT_SHARE = 0.5;

/** Imports that may wait for the one in hand. */
const IMPORTS_WAITING = 4;

/** Longest line: a hundred events with everything they may say stay far below. Longer ones would hold up everybody. Unit: characters. */
const LINE_LENGTH = 1024 ** 2;

/** Text read in one turn. Unit: characters. */
const TURN_LENGTH = 256 * 1024;

const envelopeSchema = Compile(Envelope);

const refusals = {
  400: RefusalBody,
  401: RefusalBody,
  413: RefusalBody,
  415: RefusalBody,
  429: RefusalBody,
  503: RefusalBody,
};

export const collectRoutes: FastifyPluginAsyncTypebox<CollectDeps> = async (
  app,
  { spool, apps, identify, counters, rates, memory, now },
) => {
  const { checkIp, checkApp } = createRateLimits(app, rates);
  readJson(app, 'ignore');
  // Agents in a browser-based runtime ask first. The key is public and no cookie is involved, so any origin may send.
  app.addHook('onRequest', async (request, reply) => {
    // The body is JSON whatever the device calls it.
    delete request.headers['content-type'];
    reply
      .header('access-control-allow-origin', '*')
      .header('access-control-allow-headers', '*')
      .header('access-control-expose-headers', 'retry-after');
  });
  app.options('/v1/collect', { schema: { hide: true } }, async (_request, reply) => reply.code(204).send());

  /** The only door for agents. Answers 200 once the batch is durable in the spool. */
  app.post(
    '/v1/collect',
    {
      bodyLimit: LIMITS.bodyBytes,
      // Before the body is read.
      onRequest: checkIp,
      schema: {
        summary: 'Take one batch of an agent',
        tags: ['collect'],
        body: Envelope,
        response: { 200: Receipt, ...refusals },
      },
    },
    async (request) => {
      const { body, ip } = request;
      const known = await apps.find(body.app);
      if (known === undefined)
        throw new Refusal('UNKNOWN_APP', `No app ${body.app} here. Add it in the dashboard or with minilens app add.`);
      if (body.key !== known.agentKey)
        throw new Refusal('WRONG_KEY', `The key is not the one of ${body.app}. Copy it from the app's install page.`);
      await checkApp(request);
      const receivedAt = now();
      const forgotten = await memory.of(body.app);
      const receipt = await ingest(spool, body, { receivedAt, ip, clock: DEVICE_CLOCK, ofOwner: false, forgotten });
      counters.count(receipt);
      counters.countSkew(DEVICE_CLOCK.skewMs(body.sentAt, receivedAt));
      const { agentConfig } = known;
      return agentConfig.version === (body.config ?? '') ? receipt : { ...receipt, config: agentConfig };
    },
  );

  async function takeLines(text: string, appid: string): Promise<Receipt> {
    if (spool.pending().bytes + text.length > spool.limitBytes * IMPORT_SHARE) {
      throw new Refusal(
        'SPOOL_FULL',
        'The store is behind, and the rest of the spool is kept for devices. Nothing was taken; send again later.',
      );
    }
    const envelopes = await readLines(text, appid);
    const receivedAt = now();
    const receipts: Receipt[] = [];
    // In slices, so that devices get their turn between them.
    for (let start = 0; start < envelopes.length; start += IMPORT_AT_ONCE) {
      const slice = envelopes.slice(start, start + IMPORT_AT_ONCE);
      // Each time: hours that were closed meanwhile are not counted again, and what came of them would be lost.
      const forgotten = await memory.of(appid);
      const arrival = { receivedAt, ip: '', clock: TRUSTED_CLOCK, ofOwner: true, forgotten };
      // The rest of a slice may be taken where one envelope is not, and is counted before that is said.
      const settled = await Promise.allSettled(slice.map((envelope) => ingest(spool, envelope, arrival)));
      const taken = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
      for (const receipt of taken) counters.count(receipt);
      receipts.push(...taken);
      const failed = settled.find((one) => one.status === 'rejected');
      if (failed !== undefined) throw stoppedAfter(receipts.length, envelopes.length, failed.reason);
    }
    return sumReceipts(receipts);
  }

  app.register(async (importing) => {
    // Compressed as they came until it is their turn: what waits takes no more memory than was sent.
    importing.addContentTypeParser(
      '*',
      { parseAs: 'buffer', bodyLimit: IMPORT_BODY_BYTES },
      async (_request: FastifyRequest, body: Buffer) => body,
    );
    // One after the other: several could take all turns from the devices.
    const oneAtATime = pLimit(1);

    /** History: one envelope a line, as an agent posts it. Its times are trusted. All lines are read before one is taken. */
    importing.post<{ Querystring: { app: string } }>(
      '/v1/import',
      {
        bodyLimit: IMPORT_BODY_BYTES,
        // Before the body is read: a stranger shall not send megabytes.
        onRequest: (request) => identify.importer(request, String(request.query.app ?? '')),
        schema: {
          summary: 'Take history, one envelope a line',
          tags: ['collect'],
          querystring: Type.Object({ app: Type.String({ maxLength: 18 }) }),
          response: { 200: Receipt, ...refusals },
        },
      },
      async (request) => {
        if (oneAtATime.pendingCount >= IMPORTS_WAITING)
          throw new Refusal('BUSY', 'Enough imports wait already. Nothing was taken; send again later.');
        return oneAtATime(async () => {
          const text = await readBody(request, (request.body as Buffer | undefined) ?? Buffer.alloc(0));
          return takeLines(text, request.query.app);
        });
      },
    );
  });
};

/** The spool speaks of one batch, and of an import others may have been taken. */
function stoppedAfter(taken: number, all: number, reason: unknown): unknown {
  if (taken === 0 || !isRefusal(reason, 'SPOOL_FULL')) return reason;
  return new Refusal(
    'SPOOL_FULL',
    `The spool takes no more for now. ${taken} of ${all} lines were taken; send the same request again later: no event is taken twice.`,
    { cause: reason },
  );
}

async function readLines(text: string, appid: string): Promise<Envelope[]> {
  const envelopes: Envelope[] = [];
  let sinceTurn = TURN_LENGTH;
  // A file may begin with a byte order mark.
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    sinceTurn += line.length + 1;
    if (sinceTurn >= TURN_LENGTH) {
      await nextTurn();
      sinceTurn = 0;
    }
    if (line.trim() === '') continue;
    const problem = (what: string) =>
      new Refusal('INVALID_ENVELOPE', `Line ${index + 1} ${what}. Nothing of this request was taken.`);
    if (line.length > LINE_LENGTH) throw problem(`is longer than ${LINE_LENGTH} characters`);
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      throw problem('is not JSON');
    }
    if (!envelopeSchema.Check(value)) {
      throw problem(`is no envelope: ${problemOf(envelopeSchema.Errors(value), 'it')}`);
    }
    if (value.app !== appid) throw problem(`belongs to ${value.app}, not to ${appid}`);
    envelopes.push(value);
  }
  return envelopes;
}
