import { randomUUID } from 'node:crypto';
import type { AuditAction, AuditEntry, AuditList } from '@minilens/wire/accounts-api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Db } from '../db/connect.js';

/** How long it is known who did what. Unit: ms. Two years. */
const KEPT_MS = 730 * 86_400_000;

/** Names of what was changed come from requests. Unit: characters. */
const LONGEST_TEXT = 256;

/** Who did what, when, on what and from where. */
export interface AuditLog {
  add(entry: Omit<AuditEntry, 'at'>): Promise<void>;
  /** Newest first. @param appid of one app; undefined for all and what concerns none. */
  list(appid: string | undefined, page: { limit: number; offset: number }): Promise<AuditList>;
  /** Removes what is two years old. */
  forget(): Promise<void>;
}

/** @param now Unix ms. */
export function createAuditLog(db: Db, now: () => number): AuditLog {
  return {
    add: async ({ who, action, app, about, ip }) => {
      const text = (value: string) => value.replaceAll('\0', '').slice(0, LONGEST_TEXT);
      await db
        .insertInto('audit_log')
        .values({ id: randomUUID(), at: now(), who: text(who), action, appid: app, about: text(about), ip: text(ip) })
        .execute();
    },

    list: async (appid, { limit, offset }) => {
      let found = db.selectFrom('audit_log');
      if (appid !== undefined) found = found.where('appid', '=', appid);
      const [{ total }, rows] = await Promise.all([
        found.select((count) => count.fn.countAll().as('total')).executeTakeFirstOrThrow(),
        found.selectAll().orderBy('at', 'desc').orderBy('id').limit(limit).offset(offset).execute(),
      ]);
      const items = rows.map(({ at, who, action, appid: app, about, ip }) => ({ at, who, action, app, about, ip }));
      return { total: Number(total), items };
    },

    forget: async () => {
      await db
        .deleteFrom('audit_log')
        .where('at', '<', now() - KEPT_MS)
        .execute();
    },
  };
}

/** What a request has to say of itself beyond its route, for the audit log. */
export interface AuditNote {
  /** Who asks, in words; `identify` says so, and signing in. */
  who?: string;
  /** Where the route's address does not name it. */
  app?: string;
  /** On whom or on what, where the route's address does not name it in words. Never a secret. */
  about?: string;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the audit log calls a request to this route that succeeds. Every route that changes something has one. */
    audit?: AuditAction;
  }
  interface FastifyRequest {
    auditNote?: AuditNote;
  }
}

/** Says more about a request, in case it succeeds. */
export const noteForAudit = (request: FastifyRequest, note: AuditNote): void => {
  request.auditNote = { ...request.auditNote, ...note };
};

/** Writes down what somebody did at a route with an `audit` word, when it succeeds and before it is answered. */
export function writeAuditLog(app: FastifyInstance, audit: AuditLog): void {
  app.addHook('onSend', async (request, reply) => {
    const action = request.routeOptions.config?.audit;
    const { who, ...note } = request.auditNote ?? {};
    if (action === undefined || who === undefined || reply.statusCode >= 400) return;
    const { app: appid, ...named } = (request.params ?? {}) as Record<string, string>;
    const about = note.about ?? Object.values(named).join(' ');
    await audit
      .add({ who, action, app: note.app ?? appid ?? null, about, ip: request.ip })
      // It was done, and saying otherwise would make somebody do it again.
      .catch((err) => request.log.error({ err, action }, 'What was done is not in the audit log'));
  });
}
