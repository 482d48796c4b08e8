import { connectDb } from '../db/connect.js';

/** The accounts database, empty and in memory, for tests. */
export const openTokenTable = () => connectDb(':memory:');
