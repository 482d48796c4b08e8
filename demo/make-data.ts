import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { readAgentCode } from '@minilens/simulator/agent-code';
import { SingleBar } from 'cli-progress';
import { DAY_MS, dateOf, MINUTE_MS } from './calendar.js';
import { makeDeliveries } from './deliveries.js';
import type { Minilens } from './minilens.js';
import { WATCHED_APIS } from './phone.js';
import { makeTraffic } from './traffic.js';

/** AppID of the tea shop. */
export const APP_ID = 'wxde300000000000de';
const DAYS = 30;
/** Some 18,000 visits: as much as two cores make and take in in half a minute. */
const VOLUME = { seed: 1, visitorsAtStart: 900, newcomersADay: 60 };
/** Some 15,000 messages of customers. */
const MESSAGES = { seed: 2, messagesAnHour: 20 };
/** Lines handed over at once. Unit: characters. */
const PIECE_LENGTH = 65_536;

/** Fills the data directory: the app, its traffic through `import`, the rollups. Says what it does. */
export async function makeData(minilens: Minilens, nowMs: number): Promise<void> {
  const endAt = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS;
  const added = JSON.parse(await minilens.run('app', 'add', APP_ID, '--name', 'Mountain Tea', '--json'));

  const bar = new SingleBar({
    format: `Day {day} of ${DAYS} {bar} {percentage}% | {eta_formatted} left`,
    stream: process.stderr,
    etaBuffer: 300,
    clearOnComplete: true,
  });
  bar.start(1, 0, { day: 1 });
  const traffic = makeTraffic({
    ...VOLUME,
    endAt,
    days: DAYS,
    agentCode: readAgentCode(),
    // An import needs no key, and these devices have nowhere else to send to.
    config: { appId: APP_ID, key: 'demo', endpoint: 'https://minilens.shop.example', hookApis: WATCHED_APIS },
    onProgress: (done) => bar.update(done, { day: Math.min(DAYS, Math.floor(done * DAYS) + 1) }),
  });
  const deliveries = makeDeliveries({ ...MESSAGES, appid: APP_ID, endAt, days: DAYS });
  const feed = async (input: NodeJS.WritableStream) => {
    await pipeline(Readable.from(inPieces(deliveries)), input, { end: false });
    await pipeline(Readable.from(inPieces(traffic)), input);
    bar.stop();
    console.log(`Made ${DAYS} days of traffic; the event store takes it in …`);
  };
  const taken = await minilens.feed(feed, 'import', '-', '--app', APP_ID, '--json').finally(() => bar.stop());
  const { accepted, dropped } = JSON.parse(taken);
  console.log(
    `${count(accepted)} events. ${count(dropped.duplicate ?? 0)} came twice, as on real networks, and count once.`,
  );

  await minilens.run('rollup', '--app', APP_ID, '--from', dateOf(endAt - (DAYS - 1) * DAY_MS), '--to', dateOf(endAt));
  console.log(`For WeChat SDKs: appid ${added.appid}, secret ${added.secret} (not shown again).\n`);
}

const count = (number: number) => number.toLocaleString('en');

function* inPieces(lines: Iterable<string>): Generator<string> {
  let piece = '';
  for (const line of lines) {
    piece += `${line}\n`;
    if (piece.length < PIECE_LENGTH) continue;
    yield piece;
    piece = '';
  }
  yield piece;
}
