import { createSeededRandom } from '@minilens/simulator/seeded-random';
import { expect, test } from 'vitest';
import { MINUTE_MS, testDevice } from './test-device.js';
import { objections } from './test-objections.js';

test.each(Array.from({ length: 40 }, (_, i) => i + 1))(
  'however the app is used, every session, view, second and call is told exactly once (seed %i)',
  (seed) => {
    const told = useAtRandom(seed);
    const { collector, expected } = told;

    expect(objections(told)).toEqual([]);
    for (const session of collector.sessions) {
      const places = collector.events.filter((event) => event.session === session).map(({ n }) => n);
      expect(places).toEqual(places.map((_, i) => i + 1));
    }
    expect({
      sessions: collector.sessions.length,
      launches: collector.ofKind('launch').length,
      views: collector.ofKind('page_show').map(({ page }) => page),
      stayMs: totalStayMs(collector.ofKind('page_hide')),
      calls: collector.ofKind('call').length,
      requests: collector.ofKind('request').length,
    }).toEqual(expected);
  },
);

/** The last stay told of a view is the whole of it. */
function totalStayMs(hides: { session: string; view: number; stayMs: number }[]): number {
  const views = new Map(hides.map(({ session, view, stayMs }) => [`${session}/${view}`, stayMs]));
  return [...views.values()].reduce((sum, stayMs) => sum + stayMs, 0);
}

/** Lives some hours with the device, and counts beside it what METRICS.md would count. */
function useAtRandom(seed: number) {
  const random = createSeededRandom(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const { device, clock, collector } = testDevice({
    random,
    reportsFirst: seed % 2 ? 'app' : 'page',
    freezesInBackground: seed % 3 === 0,
    hidesOptions: seed % 5 === 0,
    onCall: (name) => {
      const afterMs = below(3_000);
      if (name === 'request') return { success: { statusCode: 200 + 100 * below(4), data: {} }, afterMs };
      const kind = below(3);
      scans.push({ atMs: clock.now(), endMs: kind === 2 ? Number.POSITIVE_INFINITY : clock.now() + afterMs });
      return [{ success: {}, afterMs }, { fail: { errMsg: `${name}:fail cancel` }, afterMs }, { never: true as const }][
        kind
      ];
    },
  });
  const expected = { sessions: 0, launches: 0, views: [] as string[], stayMs: 0, calls: 0, requests: 0 };
  /** The scanner is a screen of the platform's own; those of this process and session. */
  let scans: { atMs: number; endMs: number }[] = [];
  let seenSinceMs = 0;
  let hiddenAtMs = 0;
  let depth = 1;

  const newPath = () => `pages/p${below(5)}`;
  const come = (path: string) => {
    expected.views.push(path);
    seenSinceMs = clock.now();
  };
  const leave = () => {
    expected.stayMs += clock.now() - seenSinceMs;
  };
  const actions: Record<string, () => void> = {
    navigateTo() {
      const path = newPath();
      leave();
      device.navigateTo(path);
      depth++;
      come(path);
    },
    redirectTo() {
      const path = newPath();
      leave();
      device.redirectTo(path);
      come(path);
    },
    navigateBack() {
      if (depth < 2) return;
      leave();
      device.navigateBack();
      depth--;
      come(device.page ?? '');
    },
    call() {
      device.call('scanCode');
      expected.calls++;
    },
    request() {
      device.request(`https://api.test/orders/${below(1e6)}`);
      expected.requests++;
      clock.advance(3_000); // A request that the app's end cuts off is not told: it has no end.
    },
    away() {
      leave();
      device.hide();
      hiddenAtMs = clock.now();
      const isCovered = scans.some(({ atMs, endMs }) => endMs > hiddenAtMs || hiddenAtMs - atMs < 2_000);
      clock.advance(
        [
          () => below(60_000),
          () => 25 * MINUTE_MS + below(10 * MINUTE_MS),
          () => 115 * MINUTE_MS + below(10 * MINUTE_MS),
        ][below(3)]?.() ?? 0,
      );
      const isOver = clock.now() - hiddenAtMs > (isCovered ? 120 : 30) * MINUTE_MS;
      if (isOver) {
        expected.sessions++;
        scans = [];
      }
      if (below(3) === 0) {
        const path = newPath();
        device.show({ path });
        depth = 1;
        come(path);
      } else {
        device.show();
        if (isOver) come(device.page ?? '');
        else seenSinceMs = clock.now();
      }
    },
    killInBackground() {
      leave();
      device.hide();
      device.kill();
      launch();
    },
    killInForeground() {
      clock.advance(10_000); // What happened in the last moments before a crash may not have been saved.
      device.kill();
      launch();
    },
    networkGoes: () => collector.answerWith(() => undefined),
    networkComes: () => collector.answerWith(),
  };
  function launch() {
    const path = newPath();
    clock.advance(below(5_000));
    scans = [];
    device.launch({ path, scene: 1001 + below(100) });
    depth = 1;
    expected.sessions++;
    expected.launches++;
    come(path);
  }

  launch();
  for (let i = 0; i < 150; i++) {
    clock.advance(below(20_000));
    const names = Object.keys(actions);
    actions[names[below(names.length)] as string]?.();
  }
  collector.answerWith();
  leave();
  device.hide();
  device.kill();
  launch(); // Calls that never ended are told now.
  clock.advance(20 * MINUTE_MS);
  return { collector, expected };
}
