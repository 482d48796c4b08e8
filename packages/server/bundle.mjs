import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** What holds native code, or starts threads from files of its own, finds them from where it is installed. */
const INSTALLED = /^(node:|@clickhouse\/|chdb|@node-rs\/|libsql|lmdb|pg-native|pino)/;

/**
 * Writes the built command line as a few files with what it needs: to find and read two thousand, one by one, took a
 * command a third of its time. Files that stay the same are left alone, since somebody may be starting from them.
 */
export const bundleServer = () => bundle(here('dist/cli/main.js'), 'dist/bundle');

/** @param folder in this package, as deep as what the code is read from: it finds files beside it. */
export async function bundle(input, folder) {
  const built = await rolldown({
    input,
    platform: 'node',
    external: (id) => INSTALLED.test(id),
  });
  const { output } = await built.generate({ format: 'esm', entryFileNames: 'main.js', chunkFileNames: '[name].js' });
  mkdirSync(here(folder), { recursive: true });
  for (const { fileName, code } of output) replace(here(`${folder}/${fileName}`), code);
}

function replace(file, content) {
  if (contentOf(file) === content) return;
  writeFileSync(`${file}.new`, content);
  renameSync(`${file}.new`, file);
}

function contentOf(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundleServer();
