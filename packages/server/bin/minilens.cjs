#!/usr/bin/env node
// The event store's queries, file work and crypto share libuv's threads. Their number is read once, before the first
// file is read asynchronously, so it is set here and not in a module.
process.env.UV_THREADPOOL_SIZE ??= '16';
import('../dist/cli/main.js');
