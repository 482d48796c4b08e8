import { isTime, TIMES, typeOf } from '@minilens/store/dimensions';
import { METRICS, type MetricName } from '@minilens/store/metrics';
import type { DimensionName, Filter, Question } from '@minilens/store/question';
import { dimensionsOf, filteredColumns, readsEvents } from '@minilens/store/reading';
import { OTHER_CHANNEL, SCENE_CHANNELS, sceneChannel } from '@minilens/wechat/scene-channels';
import type { Dimension, Filters, QuestionBody } from '@minilens/wire/questions';
import type { App } from '../admin/apps.js';
import { Refusal } from '../http/refusal.js';
import { readRange } from './range.js';

/** Rows of an answer where the question does not say. */
const ROWS = 1_000;

const HOUR_MS = 3_600_000;

/** A question that may be put to the catalogue, once the versions are known of the `releases` that it is about. */
export type ReadQuestion = Question & { limit: number; offset: number; releases?: number };

/** What a question takes from the request around it. */
interface Around {
  from: string;
  to: string;
  filters?: Filters;
}

/**
 * A question as it is put to the catalogue: of at most so many rows, and what no rollup tells only of hours whose events
 * are still there.
 *
 * @throws Refusal INVALID_REQUEST, INVALID_RANGE, naming what is wrong and what could be.
 */
export function readQuestion(
  body: QuestionBody,
  around: Around,
  app: Pick<App, 'appid' | 'timezone' | 'eventsGone'>,
): ReadQuestion {
  const range = readRange({ from: body.from ?? around.from, to: body.to ?? around.to }, app.timezone);
  const metrics = [...new Set(body.metrics)].map(readMetric);
  const by = [...new Set(body.by)].map(readDimension);
  const filter = {
    ...readFilters({ ...around.filters, ...body.filters }),
    ...(body.nameContains && { nameContains: body.nameContains }),
    ...(body.releases && { version: [] }),
  };
  for (const metric of metrics) checkDimensions(metric, by, filter);
  const question = {
    ...{ app: app.appid, ...range, metrics, by, filter },
    ...{ limit: body.limit ?? ROWS, offset: body.offset ?? 0 },
    ...(body.sort && { sort: readSort(body.sort, [...metrics, ...by]) }),
    ...(body.fill && { fill: true }),
    ...(body.releases && { releases: body.releases }),
  };
  if (body.fill && (by.length !== 1 || !by.every(isTime) || body.sort !== undefined))
    throw refuse('Only rows by one time and nothing else can be filled, in the order of that time.');
  if (!readsEvents(question)) return question;
  const firstWhole = Math.ceil(app.eventsGone / HOUR_MS) * HOUR_MS;
  return { ...question, from: Math.min(Math.max(range.from, firstWhole), range.to) };
}

const refuse = (sentence: string) => new Refusal('INVALID_REQUEST', sentence);

function readMetric(name: string): MetricName {
  if (!Object.hasOwn(METRICS, name))
    throw refuse(`There is no metric ${name}. There are ${Object.keys(METRICS).join(', ')}.`);
  return name as MetricName;
}

function readDimension(name: Dimension): DimensionName {
  if (name === 'channel') throw refuse('A channel is a filter only. Split by scene, and see which channel each is of.');
  return name;
}

function readSort<Name extends string>({ by, order }: { by: string; order: 'asc' | 'desc' }, names: readonly Name[]) {
  const found = names.find((name) => name === by);
  if (found === undefined)
    throw refuse(`It cannot be sorted by ${by}, which it does not ask for. It asks for ${names.join(', ')}.`);
  return { by: found, order };
}

function checkDimensions(metric: MetricName, asked: readonly DimensionName[], filter: Filter): void {
  const { by, byEvents, filters } = dimensionsOf(METRICS[metric].source);
  const splits: readonly DimensionName[] = [...(Object.keys(TIMES) as DimensionName[]), ...by, ...byEvents];
  const split = asked.find((name) => !splits.includes(name));
  if (split !== undefined)
    throw refuse(`The metric ${metric} cannot be split by ${split}. It can be split by ${splits.join(', ')}.`);
  const columns = [...by, ...byEvents, ...filters];
  const filtered = filteredColumns(filter).find((name) => !columns.includes(name));
  if (filtered !== undefined)
    throw refuse(
      `The metric ${metric} cannot be filtered by ${filtered}. It can be filtered by ${columns.join(', ') || 'nothing'}.`,
    );
}

function readFilters({ channel, ...filters }: Filters): Filter {
  const filter: Filter = Object.fromEntries(
    Object.entries(filters).map(([name, values]) => [
      name,
      typeOf(name as keyof Filter & DimensionName) === 'String' ? values.map(String) : values.map(toNumber(name)),
    ]),
  );
  return channel === undefined
    ? filter
    : { ...filter, scene: scenesOf(channel.map(toNumber('channel')), filter.scene) };
}

/** Columns that are numbers have 16 bits. */
const toNumber = (name: string) => (value: string | number) => {
  const number = /^\d{1,5}$/.test(String(value)) ? Number(value) : Number.NaN;
  if (!(number <= 65_535)) throw refuse(`The filter ${name} takes whole numbers from 0 to 65535, and not ${value}.`);
  return number;
};

/** The scenes of some channels, and of these those that are asked for besides. */
function scenesOf(channels: readonly number[], asked: Filter['scene']): NonNullable<Filter['scene']> {
  const unknown = channels.find((key) => !SCENE_CHANNELS.some((channel) => channel.key === key));
  if (unknown !== undefined)
    throw refuse(`There is no channel ${unknown}. Channels are numbered from 1 to ${SCENE_CHANNELS.length}.`);
  if (asked !== undefined)
    return [asked].flat().filter((scene): scene is number => channels.includes(sceneChannel(scene as number)));
  const scenesWhere = (test: (key: number) => boolean) =>
    SCENE_CHANNELS.filter(({ key }) => test(key)).flatMap(({ scenes }): readonly number[] => scenes);
  if (channels.includes(OTHER_CHANNEL)) return { not: scenesWhere((key) => !channels.includes(key)) };
  return scenesWhere((key) => channels.includes(key));
}
