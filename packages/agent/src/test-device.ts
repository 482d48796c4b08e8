import { buildAgentCode } from '@minilens/simulator/agent-code';
import { createDevice, type DeviceOptions } from '@minilens/simulator/device';
import { createMemoryCollector } from '@minilens/simulator/memory-collector';
import { createSeededRandom } from '@minilens/simulator/seeded-random';
import { createVirtualClock } from '@minilens/simulator/virtual-clock';
import type { MonitorConfig } from './public-types.js';

/** The agent's file as it is built from these sources. */
export const agentCode = await buildAgentCode();

/** They say how the app and the agent fared, and nothing of what the user did. */
const NO_STORY = ['page_ready', 'agent', 'performance'];

/** 2026-03-02 10:00 in Shanghai. */
export const START_MS = Date.UTC(2026, 2, 2, 2);
export const MINUTE_MS = 60_000;

/** A simulated device that runs the agent as it stands in the sources, and the collector it reports to. */
export function testDevice({
  config,
  ...options
}: Partial<Omit<DeviceOptions, 'config'>> & { config?: Partial<MonitorConfig> } = {}) {
  const clock = createVirtualClock(START_MS);
  const collector = createMemoryCollector();
  const said: string[] = [];
  const device = createDevice({
    agentCode,
    clock,
    random: createSeededRandom(1),
    config: { appId: 'wx0123456789abcdef', key: 'key', endpoint: 'https://minilens.test', ...config },
    onRequest: collector.onRequest,
    onConsole: (level, message) => said.push(`${level}: ${message}`),
    ...options,
  });
  return {
    device,
    clock,
    collector,
    said,
    /** Waits until everything is sent, then says what the user did, one word or two an event. */
    story(): string[] {
      clock.advance(MINUTE_MS);
      return collector.events
        .filter(({ kind }) => !NO_STORY.includes(kind))
        .map((event) =>
          'page' in event && event.kind !== 'call' && event.kind !== 'request'
            ? `${event.kind} ${event.page}`
            : event.kind,
        );
    },
  };
}
