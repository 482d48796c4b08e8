import { createServer, type Server } from '../../packages/server/src/main.js';
import { loadSettings } from '../../packages/server/src/settings.js';

export type ServerInTest = Server & {
  url: string;
  /** Moves the server's clock ahead of the real one, so that today can become yesterday. Unit: ms. */
  moveClock(byMs: number): void;
};

/** The server in this process, listening on a free port, with a clock the test can move. */
export async function startServerInTest(data: string, env: Record<string, string> = {}): Promise<ServerInTest> {
  let aheadMs = 0;
  const server = await createServer(
    loadSettings({ MINILENS_DATA: data, MINILENS_PORT: '0', MINILENS_LOG_LEVEL: 'silent', ...env }),
    { now: () => Date.now() + aheadMs },
  );
  await server.prepare();
  return {
    ...server,
    url: await server.listen(),
    moveClock: (byMs) => {
      aheadMs += byMs;
    },
  };
}
