/**
 * Adds to package-lock.json the platform packages that the registry in use does not carry.
 *
 * Tools with native parts list one optional package for every platform. npm leaves those it cannot fetch out of the
 * lock file, and `npm ci` then refuses that file everywhere. Run this after `npm install` where a mirror is partial.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const FILE = new URL('../package-lock.json', import.meta.url);
const OS = ['android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const CPU = ['arm64', 'arm', 'ia32', 'loong64', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64'];

const lock = JSON.parse(readFileSync(FILE, 'utf8'));
const added = [];
for (const [path, info] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(info.optionalDependencies ?? {})) {
    const found = findLocked(path, name);
    if (!/^\d/.test(version) || found?.version === version) continue;
    const words = name.split(/[/-]/);
    lock.packages[`${found === undefined ? '' : `${path}/`}node_modules/${name}`] = {
      version,
      ...pick('cpu', CPU, words),
      ...(info.dev && { dev: true }),
      ...(words.includes('musl') && { libc: ['musl'] }),
      ...(words.includes('gnu') && { libc: ['glibc'] }),
      optional: true,
      ...pick('os', OS, words),
    };
    added.push(`${name}@${version}`);
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(FILE, `${JSON.stringify(lock, null, 2)}\n`);
console.log(added.length > 0 ? `Added ${added.length}:\n${added.join('\n')}` : 'The lock file is complete.');

/** Node looks for a package inside the one that wants it, then in every folder above. */
function findLocked(path, name) {
  for (let folder = path; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const found = lock.packages[`${folder === '' ? '' : `${folder}/`}node_modules/${name}`];
    if (found !== undefined || folder === '') return found;
  }
}

function pick(field, known, words) {
  const found = known.find((word) => words.includes(word));
  return found === undefined ? {} : { [field]: [found] };
}
