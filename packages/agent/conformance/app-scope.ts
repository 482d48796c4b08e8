import { buildAgentCode } from '@minilens/simulator/agent-code';
import { runAgent } from '@minilens/simulator/agent-process';
import { createMemoryCollector } from '@minilens/simulator/memory-collector';
import { createSeededRandom } from '@minilens/simulator/seeded-random';
import { createVirtualClock } from '@minilens/simulator/virtual-clock';
import type { MonitorConfig } from '../src/public-types.js';
import { type AnyFunction, createPlatform, type Wx } from './strict-platform.js';

/** The file as Mini Programs take it. */
export const AGENT_CODE = await buildAgentCode();

const MINUTE_MS = 60_000;
const SETTINGS = { appId: 'wx0123456789abcdef', key: 'key', endpoint: 'https://minilens.test' };

type Globals = Parameters<typeof runAgent>[1];
type Definition = Record<string, unknown>;

export interface ScopeOptions {
  /** Functions this `wx` has. */
  apis: Iterable<string>;
  config?: Partial<MonitorConfig>;
  /** Makes of the platform's `wx` the one that the app and the agent see. */
  prepare?: (wx: Wx) => Wx | undefined;
  /** Changes to the globals; undefined: not there. */
  globals?: Globals;
}

/** An app on a strict platform, before and after the agent is started in it. */
export function createScope({ apis, config, prepare, globals: given }: ScopeOptions) {
  const clock = createVirtualClock(Date.UTC(2026, 2, 2, 2));
  const collector = createMemoryCollector();
  const platform = createPlatform(apis, clock, collector.onRequest);
  const wx = prepare?.(platform.wx) ?? platform.wx;
  const said: string[] = [];
  /** What was registered last, as the platform got it. */
  const registered: Record<string, unknown[]> = {};
  const registrar = (name: string) =>
    ((...args: unknown[]) => {
      registered[name] = args;
      return `what ${name} returns`;
    }) as AnyFunction;
  const globals: Globals = {
    wx,
    App: registrar('App'),
    Page: registrar('Page'),
    Component: registrar('Component'),
    Behavior: registrar('Behavior'),
    getCurrentPages: () => [],
    setTimeout: (task: () => void, delayMs: number) => clock.setTimeout(task, delayMs),
    Date: { now: clock.now },
    Math: Object.assign(Object.create(Math), { random: createSeededRandom(1) }),
    console: { warn: (message: string) => said.push(message) },
    ...given,
  };

  function startAgent() {
    const agent = runAgent(AGENT_CODE, globals);
    const { monitor } = agent;
    // What the agent puts in the place of constructors is what every other file of the app finds.
    const takeOver = () => {
      for (const [name, fn] of Object.entries(agent.globals())) globals[name as 'App'] = fn;
    };
    monitor.config({ ...SETTINGS, ...config });
    takeOver();
    const { destroy } = monitor;
    monitor.destroy = () => {
      destroy();
      takeOver();
    };
    return monitor;
  }

  return {
    clock,
    collector,
    platform,
    wx,
    said,
    registered,
    globals: globals as Record<'App' | 'Page' | 'Component' | 'Behavior', AnyFunction>,
    startAgent,
    /** The app's start: its definition, if it has one of its own, is registered and called. */
    launch(definition: Definition = {}) {
      const register = globals.App as AnyFunction | undefined;
      register?.(definition);
      const app = (registered.App?.[0] ?? {}) as Record<string, AnyFunction>;
      const options = { path: 'pages/index/index', scene: 1001, query: {} };
      app.onLaunch?.(options);
      app.onShow?.(options);
      platform.tell('onAppShow', options);
    },
    /** Everything that was sent, once it has been. */
    sent() {
      clock.advance(MINUTE_MS);
      return collector.events;
    },
    /** Name and outcome of every call, in order of arrival. */
    calls(): string[] {
      clock.advance(MINUTE_MS);
      return collector.ofKind('call').map(({ name, outcome }) => `${name} ${outcome}`);
    },
    /** Path and outcome of every request, in order of arrival. */
    requests(): string[] {
      clock.advance(MINUTE_MS);
      return collector.ofKind('request').map(({ path, outcome }) => `${path} ${outcome}`);
    },
  };
}

export type Scope = ReturnType<typeof createScope>;
