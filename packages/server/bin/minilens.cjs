#!/usr/bin/env node
const { closeSync, openSync } = require('node:fs');

// The event store's queries, file work and crypto share libuv's threads. Their number is read once, before the first
// file is read asynchronously, so it is set here and not in a module.
process.env.UV_THREADPOOL_SIZE ??= '16';

// The embedded ClickHouse takes whatever waits on standard input for data of the insert it is doing, so it gets none.
// Only `import -` reads it, and loads nothing before it has read it to its end.
if (!process.argv.includes('-')) {
  try {
    closeSync(0);
  } catch {
    // Somebody started us without one.
  }
  openSync('/dev/null', 'r');
}

import('../dist/bundle/main.js');
