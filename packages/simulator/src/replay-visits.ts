import type { MonitorConfig } from '@minilens/agent/monitor';
import { createDevice, type Device } from './device.js';
import { createSeededRandom } from './seeded-random.js';
import { createVirtualClock } from './virtual-clock.js';

/** A page that a visitor of some web site opened. */
export interface Hit {
  /** Who: one host is one device. */
  host: string;
  /** Unit: seconds since the Unix epoch. */
  atS: number;
  /** Path on the site, from its first slash. */
  url: string;
}

/** A visitor silent for longer has put the phone away; shorter than any session timeout. Unit: seconds. */
const AWAY_AFTER_S = 60;

/**
 * Lives a web site's visits again in a Mini Program: one device per host opens the pages at their times. A device goes
 * to the background when its visitor falls silent and comes back with the next page, so it is the agent that decides
 * where one session ends and the next begins. Yields the envelopes the agent posted, each as one line for `import`.
 */
export function* replayVisits(
  hits: Iterable<Hit>,
  { agentCode, config }: { agentCode: string; config: MonitorConfig },
): Generator<string> {
  let seed = 1;
  for (const visitorHits of byHost(hits)) {
    const clock = createVirtualClock((visitorHits[0] as Hit).atS * 1000);
    const bodies: string[] = [];
    const device = createDevice({
      agentCode,
      config,
      clock,
      random: createSeededRandom(seed++),
      onRequest(body) {
        bodies.push(body);
        return { statusCode: 200, data: { accepted: 0, dropped: {} } };
      },
    });
    visitorHits.forEach((hit, i) => {
      clock.advanceTo(hit.atS * 1000);
      open(device, pagePath(hit.url));
      const next = visitorHits[i + 1];
      if (!next || next.atS - hit.atS > AWAY_AFTER_S) device.hide();
    });
    clock.advance(60_000);
    yield* bodies;
  }
}

function open(device: Device, path: string): void {
  if (!device.isRunning) device.launch({ path });
  else if (device.isForeground) device.redirectTo(path);
  else device.show({ path });
}

/** Mini Program routes have no leading slash. */
const pagePath = (url: string): string => url.slice(1) || 'index';

/** Each host's hits in order of time. */
function byHost(hits: Iterable<Hit>): Iterable<Hit[]> {
  const hosts = new Map<string, Hit[]>();
  for (const hit of hits) {
    const known = hosts.get(hit.host);
    if (known) known.push(hit);
    else hosts.set(hit.host, [hit]);
  }
  for (const own of hosts.values()) own.sort((a, b) => a.atS - b.atS);
  return hosts.values();
}
