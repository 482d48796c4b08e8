/**
 * Where a session, or whoever said an openid or unionid, is looked for, and what arrived lately. Parts that were written
 * before are read whole, until a merge writes them anew. Any of these statements may run again.
 */
export const FIND_SESSIONS: readonly string[] = [
  // One index, for each has files of its own that every insert syncs; each column has its own filter in it.
  `ALTER TABLE events
    ADD INDEX IF NOT EXISTS session_bloom (session_id, openid, unionid) TYPE bloom_filter(0.01) GRANULARITY 4,
    ADD INDEX IF NOT EXISTS received_range received_at TYPE minmax GRANULARITY 1`,
];
