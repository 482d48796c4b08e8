import { benchIngest } from './ingest.js';

console.table(await benchIngest());
