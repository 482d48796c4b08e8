import { UNHOOKED, VARIANTS } from './agent-variants.js';
import { type PackageWeight, weigh } from './package-weight.js';
import { type Racer, race } from './race.js';
import { median, type Row } from './row.js';
import type { Style } from './variant-worker.js';

const OURS = '@minilens/agent';
/** Odd, so that a median is one of them. */
const HEATS = 9;
const ROUNDS = 50;

/** What an agent weighs, and what it adds to one call, its event included: ours and others in the same run. */
export async function benchAgent(): Promise<Row[]> {
  const weights = new Map<string, PackageWeight>();
  for (const { package: name } of VARIANTS)
    if (name && !weights.has(name)) weights.set(name, await weigh(name, name === OURS ? `${OURS}/bundle` : name));

  const racers = await race(UNHOOKED, VARIANTS, ({ package: name }) => name && weights.get(name)?.code, {
    heats: HEATS,
    rounds: ROUNDS,
  });
  return [...weightRows(weights), ...timeRows(racers), arrivalRow(racers[0] as Racer)];
}

function weightRows(weights: Map<string, PackageWeight>): Row[] {
  const ours = weights.get(OURS) as PackageWeight;
  const compare = (name: string, pick: (weight: PackageWeight) => number, more: Partial<Row> = {}): Row[] =>
    [...weights].map(([subject, weight], i) => ({
      name,
      subject: `${subject} ${weight.version}`,
      value: pick(weight),
      unit: 'bytes',
      ratio: toRatio(pick(weight), pick(ours)),
      ...(i === 0 && more),
    }));
  return [
    ...compare('as published', ({ rawBytes }) => rawBytes),
    ...compare('minified', ({ minifiedBytes }) => minifiedBytes),
    ...compare('gzip -9', ({ gzipBytes }) => gzipBytes, { bar: '≤ 8,192' }),
  ];
}

function timeRows(racers: Racer[]): Row[] {
  const compare = (name: string, style: Style): Row[] => {
    const oursNs = median(racers[0]?.addedNs[style] ?? []);
    return racers.map(({ variant, whyNot, addedNs }, i) => {
      const row = { name, subject: variant.name, unit: 'ns', ...(i === 0 && { bar: '≤ 500' }) };
      const heatsNs = addedNs[style];
      if (whyNot[style] || !heatsNs) return { ...row, value: whyNot[style] ?? 'was not measured' };
      return {
        ...row,
        value: whole(median(heatsNs)),
        ratio: toRatio(median(heatsNs), oursNs),
        note: `${whole(Math.min(...heatsNs))} to ${whole(Math.max(...heatsNs))} in ${heatsNs.length} heats`,
      };
    });
  };
  return [
    ...compare('wx.request', 'request'),
    ...compare('wx.scanCode, callbacks', 'callbacks'),
    ...compare('wx.scanCode, promise', 'promise'),
  ];
}

/** An agent that drops events is fast; ours must not. */
function arrivalRow({ calls, arrived }: Racer): Row {
  return {
    name: 'Minilens: timed calls whose event arrived',
    value: Number(((arrived / calls) * 100).toFixed(1)),
    unit: '%',
    bar: '100',
  };
}

/** Without the sign of a negative zero, which the noise of an unhooked call may leave. */
const whole = (value: number): number => Math.round(value) + 0;
const toRatio = (value: number, ours: number): number => Number((value / ours).toFixed(2)) + 0;
