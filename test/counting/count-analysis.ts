import type { Envelope } from '@minilens/wire/envelope';
import { DateTime } from 'luxon';

/** Counts what the WeChat analysis APIs answer from the envelopes themselves: slowly, plainly, and without any SQL. */

type Event = Record<string, unknown> & { n: number; at: number; kind: string };

interface Session {
  at: number;
  user: string;
  scene: number;
  device: NonNullable<Envelope['device']>;
  events: Event[];
}

const CHINA = 'UTC+8';
const MB = 1_048_576;

export const dayOf = (text: string) => DateTime.fromFormat(text, 'yyyyMMdd', { zone: CHINA });
const text = (day: DateTime) => day.toFormat('yyyyMMdd');

/** A day, week or month as it is asked for, and how answers call it. */
export interface Asked {
  begin_date: string;
  end_date: string;
}

export function createCounter(envelopes: readonly Envelope[]) {
  const byId = new Map<string, Session>();
  const deliveries: Event[] = [];
  for (const { session, device, events } of envelopes) {
    const all = events as Event[];
    deliveries.push(...all.filter(({ kind }) => kind === 'push_delivery'));
    const visits = all.filter(({ kind }) => kind !== 'push_delivery');
    if (visits.length === 0) continue;
    const known = byId.get(session.id);
    byId.set(session.id, {
      ...{ at: session.startAt, user: session.user, scene: session.scene ?? 0, device },
      events: [...(known?.events ?? []), ...visits],
    });
  }
  const sessions = [...byId.values()];
  const firsts = new Map<string, number>();
  for (const { user, at } of sessions) firsts.set(user, Math.min(at, firsts.get(user) ?? Infinity));

  const bounds = ({ begin_date, end_date }: Asked) => ({
    from: dayOf(begin_date).toMillis(),
    to: dayOf(end_date).plus({ days: 1 }).toMillis(),
  });
  /** Reading a date takes longer than all the comparing, so it is done once. */
  const isIn = (asked: Asked) => {
    const { from, to } = bounds(asked);
    return (at: number) => at >= from && at < to;
  };
  const sessionsIn = (asked: Asked) => {
    const isAsked = isIn(asked);
    return sessions.filter(({ at }) => isAsked(at));
  };
  const usersIn = (asked: Asked) => new Set(sessionsIn(asked).map(({ user }) => user));
  const newUsersIn = (asked: Asked) => {
    const isAsked = isIn(asked);
    return [...usersIn(asked)].filter((user) => isAsked(firsts.get(user) as number));
  };

  const views = ({ events }: Session) => events.filter(({ kind }) => kind === 'page_show');
  const stayOf = (session: Session, view: Event) => {
    const stays = session.events.filter(({ kind, view: of }) => kind === 'page_hide' && of === view.n);
    const last = Math.max(...session.events.map(({ at }) => at));
    return stays.length > 0 ? Math.max(...stays.map(({ stayMs }) => Number(stayMs))) : Math.max(0, last - view.at);
  };
  const stay = (session: Session) => sum(views(session).map((view) => stayOf(session, view)));
  const depth = (session: Session) => new Set(views(session).map(({ page }) => page)).size;
  const shares = ({ events }: Session) => events.filter(({ kind }) => kind === 'share');

  return {
    visitTrend(asked: Asked, ref_date: string) {
      const found = sessionsIn(asked);
      const users = usersIn(asked);
      const stays = sum(found.map(stay));
      return {
        list: [
          {
            ref_date,
            session_cnt: found.length,
            visit_pv: sum(found.map((session) => views(session).length)),
            visit_uv: users.size,
            visit_uv_new: newUsersIn(asked).length,
            stay_time_uv: divide(stays, users.size * 1000),
            stay_time_session: divide(stays, found.length * 1000),
            visit_depth: divide(sum(found.map(depth)), found.length),
          },
        ],
      };
    },
    dailySummary(asked: Asked) {
      const { to } = bounds(asked);
      const shared = sessionsIn(asked).flatMap((session) => shares(session).map(() => session.user));
      const visit_total = [...firsts.values()].filter((at) => at < to).length;
      return {
        list: [{ ref_date: asked.begin_date, visit_total, share_pv: shared.length, share_uv: new Set(shared).size }],
      };
    },
    retain(asked: Asked, later: readonly (Asked & { key: number })[], ref_date: string) {
      const values = (of: string[]) =>
        later.map(({ key, ...period }) => {
          const again = usersIn(period);
          return { key, value: of.filter((user) => again.has(user)).length };
        });
      return { ref_date, visit_uv_new: values(newUsersIn(asked)), visit_uv: values([...usersIn(asked)]) };
    },
    distribution(asked: Asked) {
      const found = sessionsIn(asked);
      return {
        ref_date: asked.begin_date,
        list: [
          ['access_source_session_cnt', found.map(({ scene }) => (scene === 1001 ? 1 : scene === 1011 ? 4 : 10))],
          ['access_staytime_info', found.map((session) => stayKey(Math.floor(stay(session) / 1000)))],
          [
            'access_depth_info',
            found
              .map(depth)
              .filter((pages) => pages > 0)
              .map(depthKey),
          ],
        ].map(([index, keys]) => ({ index, item_list: tally(keys as number[]) })),
      };
    },
    pages(asked: Asked) {
      const found = sessionsIn(asked);
      const paths = new Set(found.flatMap((s) => [...views(s), ...shares(s)].map(({ page }) => page as string)));
      const list = [...paths].map((page_path) => {
        const isOf = ({ page }: Event) => page === page_path;
        const viewing = found.filter((session) => views(session).some(isOf));
        const sharing = found.filter((session) => shares(session).some(isOf));
        const pv = sum(found.map((session) => views(session).filter(isOf).length));
        const stays = sum(
          found.flatMap((s) =>
            views(s)
              .filter(isOf)
              .map((view) => stayOf(s, view)),
          ),
        );
        return {
          page_path,
          page_visit_pv: pv,
          page_visit_uv: new Set(viewing.map(({ user }) => user)).size,
          page_staytime_pv: divide(stays, pv * 1000),
          entrypage_pv: viewing.filter((session) => views(session)[0]?.page === page_path).length,
          exitpage_pv: viewing.filter((session) => views(session).at(-1)?.page === page_path).length,
          page_share_pv: sum(found.map((session) => shares(session).filter(isOf).length)),
          page_share_uv: new Set(sharing.map(({ user }) => user)).size,
        };
      });
      list.sort((a, b) => b.page_visit_pv - a.page_visit_pv || (a.page_path < b.page_path ? -1 : 1));
      return { ref_date: asked.begin_date, list };
    },
    portrait(asked: Asked, ref_date: string) {
      const found = sessionsIn(asked);
      const hour = (at: number) => Math.floor(at / 3_600_000);
      const lastDevice = (user: string) => {
        const first = hour(firsts.get(user) as number);
        const events = sessions
          .filter((session) => session.user === user && hour(session.at) === first)
          .flatMap((session) => session.events.map((event) => ({ event, session })))
          .sort((a, b) => a.event.at - b.event.at);
        return events.at(-1)?.session.device ?? {};
      };
      const everybody = found.map(({ user, device }) => ({ user, device }));
      const newcomers = newUsersIn(asked).map((user) => ({ user, device: lastDevice(user) }));
      const portraitOf = (rows: typeof everybody) => ({
        ...{ province: [], city: [], genders: [] },
        platforms: PLATFORMS.map(({ id, name, words }) => ({
          ...{ id, name },
          // Whoever was seen on two others counts for each.
          value: sum(
            words.map((word) => new Set(rows.filter((r) => r.device.platform === word).map((r) => r.user)).size),
          ),
        })).filter(({ value }) => value > 0),
        devices: [...new Set(rows.map(({ device }) => device.model ?? ''))]
          .map((model) => ({
            name: model || '未知',
            value: new Set(rows.filter((r) => (r.device.model ?? '') === model).map((r) => r.user)).size,
          }))
          .sort((a, b) => b.value - a.value || (a.name < b.name ? -1 : 1)),
        ages: [],
      });
      return { ref_date, visit_uv_new: portraitOf(newcomers), visit_uv: portraitOf(everybody) };
    },
    /** Values of each day by table id, of sessions and measurements on such devices. */
    performance(asked: Asked, fits: (device: Envelope['device']) => boolean) {
      const days: { refdate: string; values: Record<string, number> }[] = [];
      for (let day = dayOf(asked.begin_date); day <= dayOf(asked.end_date); day = day.plus({ days: 1 })) {
        const refdate = text(day);
        const one = { begin_date: refdate, end_date: refdate };
        const isOfDay = isIn(one);
        const measured = envelopes
          .filter(({ device }) => fits(device))
          .flatMap(({ events }) => events as Event[])
          .filter(({ kind, at }) => kind === 'performance' && isOfDay(at));
        const found = sessionsIn(one).filter(({ device }) => fits(device));
        const times = (name: string) =>
          measured.filter((e) => e.name === name && e.durationMs !== undefined).map((e) => Number(e.durationMs));
        const mean = (name: string) => divide(sum(times(name)), times(name).length);
        const isMemory = (e: Event) => e.name === 'memory' && e.value !== undefined;
        const memory = measured.filter(isMemory).map((e) => Math.round(Number(e.value)));
        const launches = found.filter(({ events }) => events.some(({ kind }) => kind === 'launch'));
        const ready = launches.filter(({ events }) => events.some(({ kind }) => kind === 'page_ready'));
        const growths = found
          .map(({ events }) => events.filter(isMemory).map((e) => Math.round(Number(e.value))))
          .filter((samples) => samples.length > 0)
          .map((samples) => Number(samples.at(-1)) - Number(samples[0]));
        const isWarning = (e: Event) => e.kind === 'performance' && e.name === 'memoryWarning';
        days.push({
          refdate,
          values: {
            openrate: divide(ready.length * 100, launches.length),
            appLaunch: mean('appLaunch'),
            downloadPackage: mean('downloadPackage'),
            evaluateScript: mean('evaluateScript'),
            firstRender: mean('firstRender'),
            costtime: mean('route'),
            memorydiff: divide(sum(growths), growths.length * MB),
            memory: divide(sum(memory), memory.length * MB),
            memorywarning: measured.filter(isWarning).length,
            memorywarningrate: divide(found.filter(({ events }) => events.some(isWarning)).length * 100, found.length),
          },
        });
      }
      return days;
    },
    deliveries(from: string, to: string, by: 'day' | 'hour') {
      const isAsked = isIn({ begin_date: from.replaceAll('-', ''), end_date: to.replaceAll('-', '') });
      const groups = new Map<number, Event[]>();
      for (const event of deliveries.filter(({ at }) => isAsked(at))) {
        const start = DateTime.fromMillis(event.at, { zone: CHINA }).startOf(by).toMillis();
        groups.set(start, [...(groups.get(start) ?? []), event]);
      }
      const list = [...groups].sort(([a], [b]) => a - b);
      return {
        list: list.map(([start, of]) => {
          const at = DateTime.fromMillis(start, { zone: CHINA });
          return {
            ref_date: at.toFormat('yyyy-MM-dd'),
            ...(by === 'hour' && { ref_hour: at.hour * 100 }),
            callback_count: of.length,
            fail_count: of.filter(({ outcome }) => outcome !== 'ok').length,
            total_time_cost: sum(of.map(({ durationMs }) => Number(durationMs))),
            max_time_cost: Math.max(...of.map(({ durationMs }) => Number(durationMs))),
          };
        }),
      };
    },
  };
}

const PLATFORMS = [
  { id: 1, name: 'iPhone', words: ['ios'] },
  { id: 2, name: 'Android', words: ['android'] },
  { id: 3, name: '其他', words: ['windows'] },
];

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** With four decimals, rounded half up; nothing of nothing. */
function divide(numerator: number, denominator: number): number {
  if (denominator === 0) return 0;
  const [n, d] = [BigInt(numerator) * 20_000n + BigInt(denominator), BigInt(denominator) * 2n];
  return Number(n / d - (n % d < 0n ? 1n : 0n)) / 10_000;
}

const stayKey = (s: number) =>
  s <= 2 ? 1 : s <= 5 ? 2 : s <= 10 ? 3 : s <= 20 ? 4 : s <= 30 ? 5 : s <= 50 ? 6 : s <= 100 ? 7 : 8;
const depthKey = (pages: number) => (pages <= 5 ? pages : pages <= 10 ? 6 : 7);

function tally(keys: readonly number[]) {
  const found = [...new Set(keys)].sort((a, b) => b - a);
  return found.map((key) => ({ key, value: keys.filter((other) => other === key).length }));
}
