import { createReadStream, statSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Receipt } from '@minilens/wire/receipt';
import { SingleBar } from 'cli-progress';
import { sumReceipts } from '../collect/sum-receipts.js';
import type { Client } from './client.js';
import { patiently } from './patiently.js';

/** Text sent at once. Small enough that a failed piece is quickly repeated, large enough to share one flush. Unit: characters. */
const PIECE_LENGTH = 1_000_000;

/**
 * Sends a file of envelopes to the server, piece by piece. A piece with a bad line is refused whole. What was taken before
 * counts as duplicate, so after any interruption the same command is simply run again. While the server is full it waits.
 */
export async function importFile(
  client: Client,
  file: string,
  { app, json = false }: { app: string; json?: boolean },
): Promise<void> {
  const isStdin = file === '-';
  if (!isStdin && statSync(file, { throwIfNoEntry: false })?.isDirectory() !== false)
    throw new Error(`There is no file ${file}.`);
  const bar = startBar(isStdin ? undefined : statSync(file).size, json);

  let sum: Receipt = { accepted: 0, dropped: {} };
  let [bytes, line, firstLine] = [0, 0, 1];
  let piece: string[] = [];
  let pieceLength = 0;

  const send = async () => {
    if (piece.length === 0) return;
    const text = piece.join('\n');
    const request = () => client.request<Receipt>('POST', `/v1/import?app=${encodeURIComponent(app)}`, text);
    const receipt = await (client.loads ? patiently(request, sayAndWait) : request()).catch((error: Error) => {
      throw new Error(inFileLines(error.message, firstLine));
    });
    sum = sumReceipts([sum, receipt]);
    [piece, pieceLength, firstLine] = [[], 0, line + 1];
    bar.update(bytes, { accepted: count(sum.accepted) });
  };

  try {
    for await (const text of createInterface({
      input: isStdin ? process.stdin : createReadStream(file),
      crlfDelay: Number.POSITIVE_INFINITY,
    })) {
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
  console.log(json ? JSON.stringify({ lines: line, ...sum }) : summary(line, sum));
}

function sayAndWait(ms: number, why: string): Promise<void> {
  process.stderr.write(`${why} Trying again in ${Math.ceil(ms / 1000)} s …\n`);
  return sleep(ms);
}

/** Nobody knows the length of standard input, so there it only counts. */
function startBar(totalBytes: number | undefined, isSilent: boolean): SingleBar {
  const format =
    totalBytes === undefined
      ? 'Importing | {accepted} events taken'
      : 'Importing {bar} {percentage}% | {accepted} events taken | {eta_formatted} left';
  const bar = new SingleBar({ format, stream: process.stderr, clearOnComplete: true });
  if (!isSilent) bar.start(totalBytes ?? 1, 0, { accepted: 0 });
  return bar;
}

/** The server counts lines of the piece; people count lines of the file, and want to know what became of the rest. */
function inFileLines(message: string, firstLine: number): string {
  const [, lineOfPiece] = /^Line (\d+)/.exec(message) ?? [];
  if (lineOfPiece === undefined) return message;
  const problem = message
    .replace(/^Line \d+/, `Line ${count(Number(lineOfPiece) + firstLine - 1)}`)
    .replace(' Nothing of this request was taken.', '');
  const taken = firstLine === 1 ? 'Nothing was taken.' : `Everything before line ${count(firstLine)} was taken.`;
  return `${problem} ${taken} Mend the line and run the same command again.`;
}

function summary(lines: number, { accepted, dropped }: Receipt): string {
  const reasons = Object.entries(dropped).map(([reason, events]) => `${count(events)} ${reason}`);
  const rest = reasons.length > 0 ? `, not taken: ${reasons.join(', ')}` : '';
  return `${count(lines)} lines read, ${count(accepted)} events taken${rest}.`;
}

const count = (n: number) => n.toLocaleString('en-US');
