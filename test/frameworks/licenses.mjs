import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Puts the licences of the packages that a bundle holds beside it, as those ask for. A plugin for Vite. */
export const licenses = () => ({
  name: 'licenses',
  generateBundle(_options, bundle) {
    const modules = Object.values(bundle).flatMap(({ modules = {} }) => Object.entries(modules));
    const folders = modules.flatMap(([id, { renderedLength }]) => (renderedLength > 0 ? folderOf(id) : []));
    const texts = [...new Set(folders)].sort().flatMap(licenseIn);
    this.emitFile({ type: 'asset', fileName: 'LICENSES.txt', source: [...new Set(texts)].join('\n\n') });
  },
});

const folderOf = (id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0].replace(/^\0/, '') ?? [];

function licenseIn(folder) {
  if (!existsSync(folder)) return [];
  const file = readdirSync(folder).find((name) => name.startsWith('LICENSE'));
  return file ? readFileSync(join(folder, file), 'utf8').trim() : [];
}
