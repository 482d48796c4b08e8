import type { RecordFilter } from '@minilens/store/records/narrow';
import { OTHER_CHANNEL, SCENE_CHANNELS } from '@minilens/wechat/scene-channels';
import { EVENT_KINDS } from '@minilens/wire/event';
import { type recordFilters, SESSION_FAILURES, type SessionFailure } from '@minilens/wire/records';
import { Refusal } from '../http/refusal.js';

/** Words of the address, each several values separated by commas. */
type Words = { [W in keyof typeof recordFilters | 'kind']?: string };

/** Values one word may name. */
const MOST_VALUES = 50;

/** Kinds that are no record: nobody's session tells them. */
const NO_RECORD = 'push_delivery';
const KINDS = Object.keys(EVENT_KINDS).filter((kind) => kind !== NO_RECORD);

/** What the words of an address narrow records to. @throws Refusal INVALID_REQUEST, naming the word that is wrong. */
export function readRecordFilter({ level, scene, channel, kind, ...words }: Words): Omit<RecordFilter, 'app'> {
  const texts = Object.entries(words).map(([name, text]) => [name, readValues(name, text)]);
  const kinds = readValues('kind', kind);
  const unknown = kinds?.find((value) => !KINDS.includes(value));
  if (unknown !== undefined)
    throw new Refusal('INVALID_REQUEST', `kind=${unknown} is no kind of event. There are ${KINDS.join(', ')}.`);
  return {
    ...Object.fromEntries(texts),
    kind: kinds,
    level: readNumbers('level', level, 255),
    scene: readNumbers('scene', scene, 65_535),
    channel: scenesOf(readNumbers('channel', channel, 65_535)),
  };
}

export function readValues(name: string, text: string | undefined): string[] | undefined {
  const values = text?.split(',');
  if (values !== undefined && values.length > MOST_VALUES)
    throw new Refusal('INVALID_REQUEST', `${name} names ${values.length} values. Name ${MOST_VALUES} at most.`);
  return values;
}

/** What sessions must have had. @throws Refusal INVALID_REQUEST, naming what is none. */
export function readFailures(text: string | undefined): SessionFailure[] | undefined {
  return readValues('having', text)?.map((value) => {
    const failure = SESSION_FAILURES.find((known) => known === value);
    if (failure === undefined)
      throw new Refusal(
        'INVALID_REQUEST',
        `having=${value} is nothing that goes wrong in a session. There are ${SESSION_FAILURES.join(', ')}.`,
      );
    return failure;
  });
}

/** An empty value stands for 0, which stands where nothing was said. */
function readNumbers(name: string, text: string | undefined, maximum: number): number[] | undefined {
  return readValues(name, text)?.map((value) => {
    const number = Number(value);
    if (!/^\d*$/.test(value) || number > maximum)
      throw new Refusal('INVALID_REQUEST', `${name}=${value} is no whole number from 0 to ${maximum}.`);
    return number;
  });
}

/** The scenes of channels. What is in no channel is other, so with that it is all but the scenes of the rest. */
function scenesOf(channels: readonly number[] | undefined): RecordFilter['channel'] {
  if (channels === undefined) return undefined;
  const unknown = channels.find((channel) => !SCENE_CHANNELS.some(({ key }) => key === channel));
  if (unknown !== undefined)
    throw new Refusal(
      'INVALID_REQUEST',
      `channel=${unknown} is no channel. Their numbers go from 1 to ${SCENE_CHANNELS.length}.`,
    );
  const are = !channels.includes(OTHER_CHANNEL);
  return {
    are,
    scenes: SCENE_CHANNELS.filter(({ key }) => channels.includes(key) === are).flatMap(
      ({ scenes }): readonly number[] => scenes,
    ),
  };
}
