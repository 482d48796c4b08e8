import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, copyFile, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { AGENT_FILE, type AppConfig, SAMPLE_APP } from './sample-app.js';

const require = createRequire(import.meta.url);
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export type Wept = { url: string; stop(): Promise<void> };

/**
 * Serves a Mini Program on Tencent's own base library (1.x) through WEPT, from a copy in a temporary folder: `config`
 * becomes its `config.js`, the built agent its `lib/minilens-mp-agent.js`. Resolves once the app is compiled. Linux only,
 * as the compilers are.
 */
export async function startWept({
  appDir = SAMPLE_APP,
  agentFile = AGENT_FILE,
  config,
}: {
  appDir?: string;
  agentFile?: string;
  config: AppConfig;
}): Promise<Wept> {
  const home = await mkdtemp(join(tmpdir(), 'minilens-wept-'));
  let wept: ChildProcess | undefined;
  const stop = async () => {
    if (wept) await end(wept);
    await rm(home, { recursive: true, force: true, maxRetries: 3 });
  };

  try {
    const app = join(home, 'app');
    await cp(appDir, app, { recursive: true });
    await mkdir(join(app, 'lib'), { recursive: true });
    await copyFile(agentFile, join(app, 'lib/minilens-mp-agent.js'));
    await writeFile(join(app, 'config.js'), `module.exports = ${JSON.stringify(config)};\n`);

    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    wept = spawn(
      process.execPath,
      ['-r', here('wept-preload.cjs'), require.resolve('wept/bin/wept'), '-p', `${port}`],
      {
        cwd: app,
        env: {
          ...process.env,
          PATH: [await installCompilers(home), process.env.PATH].join(delimiter),
          HOME: home,
          TMPDIR: home,
          NO_UPDATE_NOTIFIER: '1',
          NODE_OPTIONS: '',
        },
        // A group of its own: what it starts ends with it.
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      },
    );
    await compiled(wept, url);
    return { url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** On Linux WEPT calls Windows builds of the compilers through `wine`; ours runs the Linux builds instead. */
async function installCompilers(home: string) {
  const bin = join(home, 'bin');
  const builds = join(dirname(require.resolve('miniprogram-compiler/package.json')), 'bin/linux');
  await mkdir(bin);
  for (const name of ['wcc', 'wcsc']) {
    await copyFile(join(builds, name), join(bin, name));
    await chmod(join(bin, name), 0o755);
  }
  const wine = `#!/bin/sh
name=$(basename "$1" .exe)
shift
case $name in
  wcc) exec "${bin}/wcc" "$@" ;;
  wcsc) "${bin}/wcsc" "$@" | sed 's/%%HERESUFFIX%%//g' ;;
esac
`;
  await writeFile(join(bin, 'wine'), wine, { mode: 0o755 });
  return bin;
}

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

/** Resolves when WEPT listens and has compiled the logic layer; rejects with all it said when it ends before that. */
async function compiled(wept: ChildProcess, url: string) {
  const said: string[] = [];
  const listening = new Promise<void>((resolve, reject) => {
    for (const stream of [wept.stdout, wept.stderr]) {
      if (!stream) continue;
      createInterface(stream).on('line', (line) => {
        said.push(line);
        if (line.startsWith('listening on port')) resolve();
      });
    }
    wept.once('exit', reject);
  });
  try {
    await listening;
    await fetch(`${url}/service.js`);
  } catch (cause) {
    throw new Error(`WEPT ended before it was ready:\n${said.join('\n')}`, { cause });
  }
}

async function end(wept: ChildProcess) {
  if (wept.pid === undefined || wept.exitCode !== null || wept.signalCode !== null) return;
  const ended = once(wept, 'exit');
  process.kill(-wept.pid, 'SIGKILL');
  await ended;
}
