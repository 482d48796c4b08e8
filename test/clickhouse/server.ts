import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const START_TRIES = 200;

/** A ClickHouse server of its own with nothing in it. */
export async function startClickHouse(port?: number): Promise<{ url: string; stop(): Promise<void> }> {
  const directory = mkdtempSync(join(tmpdir(), 'minilens-clickhouse-'));
  const at = port ?? (await freePort());
  const script = fileURLToPath(new URL('./server-process.cjs', import.meta.url));
  const child = spawn(process.execPath, [script, directory, String(at)], { stdio: 'ignore' });
  const url = `http://127.0.0.1:${at}`;
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    rmSync(directory, { recursive: true, force: true });
  };
  for (let tries = 0; tries < START_TRIES; tries++) {
    if (
      await fetch(`${url}/ping`).then(
        (answer) => answer.ok,
        () => false,
      )
    )
      return { url, stop };
    await sleep(100);
  }
  await stop();
  throw new Error('The ClickHouse server did not start');
}

/** A port nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
