import { createRequire } from 'node:module';

/** Version of this program. Found by name, since a bundle lies elsewhere than this file. */
export const { version: VERSION } = createRequire(import.meta.url)('@minilens/server/package.json') as {
  version: string;
};
