import { createApps } from '../admin/apps.js';
import type { Db } from '../db/connect.js';
import { openTestDb } from '../testing/database.js';
import { type Access, createAccess } from './access.js';

/** The server's own key in tests. */
export const TEST_KEY = Buffer.alloc(32, 7);

/** What the WeChat APIs know of their callers, on an empty accounts database of its own. */
export async function openTestAccess(now: () => number): Promise<Access & { db: Db; pushTicket(): void }> {
  const db = await openTestDb();
  return { ...createAccess(db, createApps(db, now), TEST_KEY, now), db, pushTicket: () => {} };
}
