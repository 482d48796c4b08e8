import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';
import { build, type Plugin } from 'rolldown';
import { minify } from 'terser';

const require = createRequire(import.meta.url);

export interface PackageWeight {
  version: string;
  /** One file that needs no other. */
  code: string;
  /** Of the files that requiring it takes, as they are published. */
  rawBytes: number;
  minifiedBytes: number;
  /** Of the minified file, at level 9. */
  gzipBytes: number;
}

/** What an app takes up by requiring an npm package. Everything is minified in the same way, however it is published. */
export async function weigh(name: string, entry = name): Promise<PackageWeight> {
  const { version } = require(`${name}/package.json`) as { version: string };
  const { output } = await build({
    input: require.resolve(entry),
    platform: 'neutral',
    // What Mini Programs resolve by.
    resolve: { mainFields: ['main'] },
    plugins: [takeCopiesOnce()],
    output: { format: 'cjs' },
    logLevel: 'silent',
    write: false,
  });
  const [bundle] = output;
  const files = bundle.moduleIds.filter((id) => !id.startsWith('\0'));
  const code = files.length === 1 ? readFileSync(files[0] as string, 'utf8') : bundle.code;
  const minified = (await minify(code, { toplevel: true })).code ?? '';
  return {
    version,
    code,
    rawBytes: files.reduce((sum, file) => sum + statSync(file).size, 0),
    minifiedBytes: Buffer.byteLength(minified),
    gzipBytes: gzipSync(minified, { level: 9 }).length,
  };
}

/** Where this repository needs another version of a library, npm gives every package its own copy; an app has just one. */
function takeCopiesOnce(): Plugin {
  const firstOf = new Map<string, string>();
  return {
    name: 'take-copies-once',
    async resolveId(source, importer) {
      const found = await this.resolve(source, importer, { skipSelf: true });
      if (!found || found.external || found.id.startsWith('\0')) return found;
      const content = readFileSync(found.id, 'utf8');
      if (!firstOf.has(content)) firstOf.set(content, found.id);
      return { ...found, id: firstOf.get(content) as string };
    },
  };
}
