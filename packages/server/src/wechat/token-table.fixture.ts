import { openTestDb } from '../testing/database.js';

/** The accounts database, empty, for tests. */
export const openTokenTable = openTestDb;
