import { createReadStream, statSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Receipt } from '@minilens/wire/receipt';
import { SingleBar } from 'cli-progress';
import { sumReceipts } from '../collect/routes.js';
import type { Client } from './client.js';

/** Text sent at once. Small enough that a failed piece is quickly repeated, large enough to share one flush. Unit: characters. */
const PIECE_LENGTH = 1_000_000;

/**
 * Sends a file of envelopes to the server, piece by piece. A piece is taken whole or not at all, and what was taken
 * before counts as duplicate, so after any interruption the same command is simply run again.
 */
export async function importFile(
  client: Client,
  file: string,
  { app, json }: { app: string; json?: boolean },
): Promise<void> {
  const totalBytes = file === '-' ? 0 : statSync(file).size;
  const bar = new SingleBar({
    format: 'Importing {bar} {percentage}% | {accepted} events | {eta_formatted} left',
    stream: process.stderr,
    clearOnComplete: true,
  });
  if (totalBytes > 0 && !json) bar.start(totalBytes, 0, { accepted: 0 });

  let sum: Receipt = { accepted: 0, dropped: {} };
  let [bytes, line, firstLine] = [0, 0, 1];
  let piece: string[] = [];
  let pieceLength = 0;

  const send = async () => {
    if (piece.length === 0) return;
    const receipt = await client
      .request<Receipt>('POST', `/v1/import?app=${encodeURIComponent(app)}`, piece.join('\n'))
      .catch((error: Error) => {
        throw new Error(
          `${inFileLines(error.message, firstLine)} Everything before line ${firstLine} was taken; mend the file and run the same command again.`,
        );
      });
    sum = sumReceipts([sum, receipt]);
    [piece, pieceLength, firstLine] = [[], 0, line + 1];
    bar.update(bytes, { accepted: sum.accepted });
  };

  try {
    const input = file === '-' ? process.stdin : createReadStream(file);
    for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      line += 1;
      bytes += Buffer.byteLength(text) + 1;
      piece.push(text);
      pieceLength += text.length;
      if (pieceLength >= PIECE_LENGTH) await send();
    }
    await send();
  } finally {
    bar.stop();
  }
  if (json) console.log(JSON.stringify({ lines: line, ...sum }));
  else console.log(summary(line, sum));
}

/** The server counts lines of the piece; people count lines of the file. */
const inFileLines = (message: string, firstLine: number) =>
  message
    .replace(/^Line (\d+)/, (_, n) => `Line ${Number(n) + firstLine - 1}`)
    .replace(' Nothing of this request was taken.', '');

function summary(lines: number, { accepted, dropped }: Receipt): string {
  const reasons = Object.entries(dropped).map(([reason, events]) => `${events} ${reason}`);
  return `${lines} lines read, ${accepted} events taken${reasons.length > 0 ? `, not taken: ${reasons.join(', ')}` : ''}.`;
}
