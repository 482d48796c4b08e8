import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectStore } from '@minilens/store/connect';
import { migrate } from '@minilens/store/migrate';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The directory of a closed store at the newest schema, with nothing in it. */
    emptyStore: string;
  }
}

/** Before the tests: one store, to be copied. Making one takes several times as long. */
export default async function setup(project: TestProject) {
  const path = mkdtempSync(join(tmpdir(), 'minilens-store-'));
  const store = connectStore({ path });
  await migrate(store);
  await store.close();
  project.provide('emptyStore', path);
  return () => rmSync(path, { recursive: true });
}
