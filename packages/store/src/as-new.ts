import { randomUUID } from 'node:crypto';

/**
 * Settings of an insert whose rows count even where they are equal to earlier ones. A server that leaves repeats out by
 * `deduplicate_insert`, as ClickHouse does from 26.2, passes over `insert_deduplicate`; a token that nobody ever had makes
 * it no repeat.
 */
export const asNew = () => `insert_deduplicate = 0, insert_deduplication_token = '${randomUUID()}'`;
