/** What one batch may hold. The collector refuses more; the agent never sends more. docs/protocol.md lists the same. */
export const LIMITS = {
  /** Events in one batch. */
  eventsPerBatch: 100,
  /** Bytes of one request body, after decompression. */
  bodyBytes: 65_536,
  /** Highest sequence number of one session: more events than any session sends, and it fits 32 bits. */
  sequence: 4_294_967_295,
  /** Latest moment a clock can say, the end of JavaScript's calendar: all arithmetic on it stays exact. Unit: ms since the epoch. */
  momentMs: 8_640_000_000_000_000,
  /** Longest duration that means anything. Unit: ms. One day. */
  durationMs: 86_400_000,
  /** Characters of a page path or a request path. */
  path: 256,
  /** Characters of an interface name: `cloud.callFunction` is long already. */
  name: 64,
  /** Characters of a message the platform wrote. */
  message: 256,
  /** Characters of a stack. */
  stack: 2_048,
  /** Characters of recorded arguments, as JSON. */
  args: 512,
  /** Characters of a pushed message and its answer, masked. */
  content: 2_048,
  /** Characters of an event's own properties, as JSON. */
  props: 2_048,
  /** Steps before an error, and characters of one. */
  steps: 20,
  step: 160,
  /** Tags of a batch, and characters of a tag's value; its name may be as long as an interface's. */
  tags: 10,
  tag: 64,
  /** Characters of a host name. */
  host: 128,
  /** Characters of a device property. */
  property: 64,
  /** Characters of a session or user id. */
  id: 32,
} as const;
