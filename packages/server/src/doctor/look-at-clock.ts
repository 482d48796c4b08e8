import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine } from '@minilens/store/engine';
import { ok, problem, type Said, span, warning } from './finding.js';

/** Clocks that agree to this are kept by the same kind of means. Unit: ms. */
const NOTICEABLE_MS = 5_000;

/** Beyond this, events of good devices are corrected or refused. Unit: ms. */
const WRONG_MS = 60_000;

/** What the server writes to while it runs. */
const WRITTEN = ['accounts.sqlite', join('spool', 'data.mdb')];

export interface Clocks {
  /** This machine's, Unix ms. */
  now: number;
  engines: readonly Engine[];
  dataDirectory: string;
  /** By how much most devices were corrected lately, ms; undefined when none reported. */
  medianSkewMs: number | undefined;
}

/** Nobody here knows the true time. Whoever disagrees with several others is wrong. */
export async function lookAtClock({ now, engines, dataDirectory, medianSkewMs }: Clocks): Promise<Said> {
  const written = await Promise.all(WRITTEN.map((file) => lastWrite(join(dataDirectory, file))));
  const aheadMs = Math.max(...written) - now;
  if (aheadMs > WRONG_MS)
    return problem(
      `this machine's clock was set back: files here were written ${span(aheadMs)} ahead of it. Set it right (an NTP service keeps it so).`,
    );
  const apartMs = Math.max(0, ...engines.map(({ clockMs }) => Math.abs(clockMs - now)));
  if (apartMs > WRONG_MS)
    return problem(
      `this machine and ClickHouse are ${span(apartMs)} apart: rollups will come too early or too late. Set both clocks by NTP.`,
    );
  if (medianSkewMs !== undefined && Math.abs(medianSkewMs) > WRONG_MS)
    return problem(
      `most devices are ${span(medianSkewMs)} ${medianSkewMs > 0 ? 'behind' : 'ahead of'} this machine, so it is this machine that is wrong. Set its clock by NTP; their events carry the error until then.`,
    );
  if (apartMs > NOTICEABLE_MS)
    return warning(`this machine and ClickHouse are ${span(apartMs)} apart: set both clocks by NTP`);
  return ok('agrees with the event store, the files and the devices');
}

const lastWrite = (path: string) =>
  stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
