import { spawnSync } from 'node:child_process';
import { accessSync, constants, realpathSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The first draws without a window of its own, in two thirds of the time. */
const NAMES = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome'];

/** The Chromium that browser tests drive, or `undefined`. MINILENS_CHROMIUM wins over what is installed. */
export function findChromium(env = process.env) {
  if (env.MINILENS_CHROMIUM) return isExecutable(env.MINILENS_CHROMIUM) ? env.MINILENS_CHROMIUM : undefined;
  const folders = ['/usr/bin', ...(env.PATH ?? '').split(delimiter).filter(Boolean)];
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

/**
 * Argument of a Chromium that opens one screen after the other: none lives long enough for its code to be worth optimising,
 * and compiled line by line it takes a tenth less of the processor's time than interpreted.
 */
export const NEVER_OPTIMISE = '--js-flags=--no-opt --no-maglev --always-sparkplug';

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Debian's package, the whole browser where its release has no other. Output is shown only when it fails. */
function installChromium() {
  const aptGet = (...args) => {
    const { status, stdout, stderr } = spawnSync('apt-get', ['-qq', ...args], {
      encoding: 'utf8',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    if (status !== 0) console.error(`${stdout ?? ''}${stderr ?? ''}`.trim());
    return status === 0;
  };
  const install = (name) => {
    console.log(`Installing Chromium for the browser tests (apt-get install ${name}), this takes a minute …`);
    return aptGet('install', '--yes', '--no-install-recommends', name);
  };
  return aptGet('update') && ['chromium-headless-shell', 'chromium'].some(install);
}

function ensureChromium() {
  if (findChromium()) return;
  const { MINILENS_CHROMIUM } = process.env;
  if (MINILENS_CHROMIUM) {
    fail(`MINILENS_CHROMIUM names ${MINILENS_CHROMIUM}, which cannot be executed. Correct it or unset it.`);
  }
  const mayInstall = process.getuid?.() === 0 && isExecutable('/usr/bin/apt-get');
  if (mayInstall && installChromium() && findChromium()) return;
  fail(
    'The browser tests need Chromium: install the package `chromium-headless-shell`, or set MINILENS_CHROMIUM to its executable.',
  );
}

function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) ensureChromium();
