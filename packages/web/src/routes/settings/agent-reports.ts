import type { EventRecord } from '@minilens/wire/records';
import { modelName } from '../../format/model-name';

/** What an agent told of itself, as far as it is not as it should be. */
interface AgentState {
  /** Hooks that are not in place, by name: `absent`, `refused`, `overwritten`. */
  hooks: Readonly<Record<string, string>>;
  dropped: Readonly<Record<string, number>>;
  /** `on` and the like; empty where the report does not say it. */
  state: string;
}

/** A hook that is not in place somewhere. */
export interface MissingHook {
  name: string;
  state: string;
  sessions: number;
  versions: readonly string[];
  devices: readonly string[];
  lastAt: number;
}

/** One build of the app on one kind of device. */
interface DeviceGroup {
  key: string;
  version: string;
  platform: string;
  system: string;
  model: string;
  wechat: string;
  sdk: string;
  sessions: number;
  users: number;
  /** `scanCode: absent` */
  missing: readonly string[];
  states: readonly string[];
  /** Events that the agents themselves dropped. */
  dropped: number;
  lastAt: number;
}

/** Of each session what it said last. */
export function newestOfEach(events: readonly EventRecord[]): EventRecord[] {
  const newest = new Map<string, EventRecord>();
  for (const event of events) {
    const known = newest.get(event.session);
    if (known === undefined || event.at > known.at) newest.set(event.session, event);
  }
  return [...newest.values()];
}

/** Reads `props`; what is no report reads as one in which all is well. */
export function readAgentState({ props = '' }: Pick<EventRecord, 'props'>): AgentState {
  const said = parse(props);
  return {
    hooks: entriesOf(said.hooks, (value) => typeof value === 'string'),
    dropped: entriesOf(said.dropped, (value) => typeof value === 'number' && value > 0),
    state: typeof said.state === 'string' ? said.state : '',
  };
}

/** The most frequent first. */
export function missingHooks(reports: readonly EventRecord[]): MissingHook[] {
  const groups = groupBy(
    reports.flatMap((report) =>
      Object.entries(readAgentState(report).hooks).map(([name, state]) => ({ name, state, report })),
    ),
    ({ name, state }) => `${name} ${state}`,
  );
  return [...groups.values()]
    .flatMap((group) =>
      group.slice(0, 1).map(({ name, state }) => ({
        name,
        state,
        sessions: group.length,
        versions: distinct(group.map(({ report }) => report.version)),
        devices: distinct(group.map(({ report }) => modelName(report.model) || report.platform)),
        lastAt: Math.max(...group.map(({ report }) => report.at)),
      })),
    )
    .sort((a, b) => b.sessions - a.sessions || a.name.localeCompare(b.name));
}

/** Those with the most hooks missing first, then the most frequent. */
export function deviceGroups(reports: readonly EventRecord[]): DeviceGroup[] {
  const groups = groupBy(reports, ({ version, platform, system, model, wechat, sdk }) =>
    JSON.stringify([version, platform, system, model, wechat, sdk]),
  );
  return [...groups]
    .flatMap(([key, group]) =>
      group.slice(0, 1).map(({ version, platform, system, model, wechat, sdk }) => {
        const states = group.map(readAgentState);
        return {
          key,
          version,
          platform,
          system,
          model: modelName(model),
          wechat,
          sdk,
          sessions: group.length,
          users: new Set(group.map(({ user }) => user)).size,
          missing: distinct(
            states.flatMap(({ hooks }) => Object.entries(hooks).map(([name, state]) => `${name}: ${state}`)),
          ),
          states: distinct(states.map(({ state }) => state)).filter((state) => state !== ''),
          dropped: states.reduce(
            (sum, { dropped }) => sum + Object.values(dropped).reduce((all, some) => all + some, 0),
            0,
          ),
          lastAt: Math.max(...group.map(({ at }) => at)),
        };
      }),
    )
    .sort((a, b) => b.missing.length - a.missing.length || b.sessions - a.sessions);
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}

const distinct = (texts: readonly string[]) => [...new Set(texts)].sort();

function parse(props: string): Record<string, unknown> {
  try {
    const said: unknown = JSON.parse(props);
    return typeof said === 'object' && said !== null ? (said as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

const entriesOf = <V>(value: unknown, isKept: (value: unknown) => boolean): Record<string, V> =>
  typeof value === 'object' && value !== null
    ? (Object.fromEntries(Object.entries(value).filter(([, each]) => isKept(each))) as Record<string, V>)
    : {};
