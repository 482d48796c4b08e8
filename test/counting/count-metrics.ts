import type { StoredBatch } from '@minilens/store/insert-block';
import type { MetricName } from '@minilens/store/metrics';
import type { Question } from '@minilens/store/question';
import { DateTime } from 'luxon';

/** A batch as it is stored, in plain words: events may have any of their properties. */
export type StoredSession = Omit<StoredBatch, 'events'> & {
  events: (Record<string, unknown> & { n: number; at: number; kind: string })[];
};
export type StoredEvent = StoredSession['events'][number] & { batch: StoredSession };

/** Something to count: when it belongs, and all that it may be told apart by. */
interface Fact {
  at: number;
  words: Record<string, string | number>;
  event: StoredEvent;
  events: StoredEvent[];
  drop: { n: number; reason: string };
}

/** Answers a question by counting stored events one by one: slowly, plainly, and without any SQL. */
export function countMetrics(batches: readonly StoredSession[], question: Question): Record<string, unknown>[] {
  const facts = known.get(batches) ?? factsOf(batches);
  known.set(batches, facts);
  const { by = [], filter = {}, metrics, from, to, timezone } = question;
  const { nameContains, ...only } = filter;
  const groups = new Map<string, { keys: Record<string, unknown>; facts: Partial<Record<FactKind, Fact[]>> }>();
  const groupOf = (keys: Record<string, unknown>) => {
    const name = JSON.stringify(keys);
    const group = groups.get(name) ?? { keys, facts: {} };
    groups.set(name, group);
    return group;
  };
  if (by.length === 0) groupOf({});
  for (const kind of new Set(metrics.map((metric) => COUNTS[metric as Counted][0]))) {
    for (const fact of facts[kind]) {
      const hour = Math.floor(fact.at / 3_600_000) * 3_600_000;
      if (hour < from || hour >= to) continue;
      if (Object.entries(only).some(([name, value]) => ![value].flat().includes(fact.words[name] as never))) continue;
      if (nameContains && !String(fact.words.name).toLowerCase().includes(nameContains.toLowerCase())) continue;
      const key = (name: string) =>
        ['hour', 'day', 'week', 'month'].includes(name)
          ? DateTime.fromMillis(hour, { zone: timezone })
              .startOf(name as 'hour' | 'day' | 'week' | 'month')
              .toMillis()
          : fact.words[name];
      const group = groupOf(Object.fromEntries(by.map((name) => [name, key(name)])));
      const found = group.facts[kind] ?? [];
      found.push(fact);
      group.facts[kind] = found;
    }
  }
  return [...groups.values()].map(({ keys, facts: found }) => ({
    ...keys,
    ...Object.fromEntries(
      metrics.map((metric) => {
        const [kind, count] = COUNTS[metric as Counted];
        return [metric, count(found[kind] ?? [])];
      }),
    ),
  }));
}

/** Many questions are asked of the same batches. */
const known = new WeakMap<readonly StoredSession[], ReturnType<typeof factsOf>>();

type FactKind = keyof ReturnType<typeof factsOf>;

function factsOf(batches: readonly StoredSession[]) {
  const stored: StoredEvent[] = batches.flatMap((batch) => batch.events.map((event) => ({ ...event, batch })));
  const isDelivery = ({ kind }: StoredEvent) => kind === 'push_delivery';
  const all = stored.filter((event) => !isDelivery(event));
  const ids = new Set(batches.map(({ session }) => session.id));
  const none = { event: undefined as never, events: [], drop: undefined as never };
  const sessions = [...ids].flatMap((id): Fact[] => {
    const events = all.filter(({ batch }) => batch.session.id === id).sort((a, b) => a.n - b.n);
    const last = events.at(-1);
    if (last === undefined) return [];
    const fact = { ...none, at: last.batch.sessionAt, words: {}, events };
    const words = {
      ...deviceWords(last),
      ...{ stay_s: Math.min(101, Math.floor(stayOf(fact) / 1000)), depth: Math.min(11, depthOf(fact)) },
    };
    return [{ ...fact, words }];
  });
  const own = (events: StoredEvent[], words: (event: StoredEvent) => Fact['words']): Fact[] =>
    events.map((event) => ({ ...none, at: event.at, words: { ...deviceWords(event), ...words(event) }, event }));
  const bySession = (facts: Fact[]) => facts.map((fact) => ({ ...fact, at: fact.event.batch.sessionAt }));
  const isKind = (kind: string) => all.filter((event) => event.kind === kind);

  const requests = own(
    isKind('request').filter(({ name }) => name !== 'connectSocket'),
    ({ method, host, path }) => ({ method, host, path }) as Fact['words'],
  );
  const errors = own(isKind('error'), ({ name, errMsg, stack = '' }) => ({
    error: name as string,
    message: foldMessage(errMsg as string),
    frame: ownFrame(stack as string),
  }));
  const calls = own(isKind('call'), ({ name }) => ({ name: name as string }));
  const lossOf = (id: string): Fact => {
    const ofSession = batches.filter(({ session }) => session.id === id);
    const [first] = ofSession as [StoredSession];
    const numbers = ofSession.flatMap(({ events, dropped = [] }) => [...events, ...dropped]).map(({ n }) => n);
    const high = Math.max(0, ...numbers);
    const settled = numbers.filter((n) => n > 0).length;
    return { ...none, at: first.sessionAt, words: { agent: first.agent, high, missing: high - settled } };
  };
  return {
    sessions,
    calls,
    callMessages: own(
      isKind('call').filter(({ outcome }) => outcome !== 'success'),
      ({ name, outcome, errMsg = '' }) => ({ name, outcome, message: errMsg }) as Fact['words'],
    ),
    /** One for each session and interface, of the version of its last call. */
    callUsers: sessions.flatMap(({ events, at }) =>
      [...new Set(events.filter(({ kind }) => kind === 'call').map(({ name }) => name as string))].map((name): Fact => {
        const ofName = events.filter((event) => event.kind === 'call' && event.name === name);
        return { ...none, at, words: { ...deviceWords(ofName.at(-1) as StoredEvent), name }, events: ofName };
      }),
    ),
    requests,
    requestUsers: bySession(requests),
    /** One for each session and page that it saw or shared. */
    pages: sessions.flatMap((fact) =>
      [...new Set(fact.events.filter(isOnPage).map(({ page }) => page as string))].map(
        (page): Fact => ({ ...fact, words: { page } }),
      ),
    ),
    deliveries: own(
      stored.filter(isDelivery),
      ({ msgType, event = '', host, outcome, reason = '' }) =>
        ({ msg_type: msgType, event, host, outcome, reason }) as Fact['words'],
    ),
    performance: own(isKind('performance'), () => ({})).filter(({ event }) => event.name !== 'setData'),
    errors,
    errorUsers: bySession(errors),
    loss: [...ids]
      .filter((id) => batches.some((b) => b.session.id === id && b.events.length + (b.dropped?.length ?? 0) > 0))
      .map(lossOf),
    drops: batches.flatMap((batch) =>
      (batch.dropped ?? []).map(
        (drop): Fact => ({ ...none, at: batch.receivedAt, words: { agent: batch.agent, reason: drop.reason }, drop }),
      ),
    ),
  } satisfies Record<string, Fact[]>;
}

/** What an event says of its device, its version and its session. */
export function deviceWords({ batch: { device, session }, page }: StoredEvent): Fact['words'] {
  const { version = '', env = '', platform = '', level = 0, network = '', wechat = '', sdk = '', model = '' } = device;
  const where = { page: (page as string | undefined) ?? '', scene: session.scene ?? 0 };
  return { version, env, platform, level, network, wechat, sdk, model, ...where };
}

const sum = (values: unknown[]) => values.reduce<number>((total, value) => total + Number(value ?? 0), 0);
const distinct = (values: unknown[]) => new Set(values).size;

/** With four decimals, rounded half up, exactly. */
function divide(numerator: number, denominator: number): number | null {
  if (denominator === 0) return null;
  const [n, d] = [BigInt(numerator) * 20_000n + BigInt(denominator), BigInt(denominator) * 2n];
  const whole = n / d - (n % d < 0n ? 1n : 0n);
  return Number(whole) / 10_000;
}

const events = (facts: Fact[]) => facts.map(({ event }) => event);
const users = (facts: Fact[]) =>
  distinct(facts.map(({ event, events: [first] }) => (event ?? first)?.batch.session.user));
const withOutcome =
  (...outcomes: string[]) =>
  (facts: Fact[]) =>
    facts.filter(({ event }) => outcomes.includes(event.outcome as string));
const outcomes =
  (...names: string[]) =>
  (facts: Fact[]) =>
    withOutcome(...names)(facts).length;
const given = (facts: Fact[], property: string) =>
  events(facts)
    .map((event) => event[property] as number | undefined)
    .filter((value) => value !== undefined);
const mean = (property: string) => (facts: Fact[]) =>
  divide(sum(given(facts, property)), given(facts, property).length);
const meanOf = (name: string) => (facts: Fact[]) =>
  mean('durationMs')(facts.filter(({ event }) => event.name === name));
const first = (facts: Fact[]) => (facts.length > 0 ? Math.min(...facts.map(({ at }) => at)) : null);
const last = (facts: Fact[]) => (facts.length > 0 ? Math.max(...facts.map(({ at }) => at)) : null);
const sessionsWith = (facts: Fact[], test: (event: StoredEvent) => boolean) =>
  facts.filter((fact) => fact.events.some(test));
const share = (part: Fact[], whole: Fact[]) => divide(part.length * 100, whole.length);
const isMemory = (event: StoredEvent) => event.name === 'memory' && event.value !== undefined;
const isWarning = (event: StoredEvent) => event.name === 'memoryWarning';
const isError = (event: StoredEvent) => event.kind === 'error';
const shows = (fact: Fact) => fact.events.filter(({ kind }) => kind === 'page_show');
const isOnPage = ({ kind }: StoredEvent) => kind === 'page_show' || kind === 'share';
const depthOf = (fact: Fact) => distinct(shows(fact).map(({ page }) => page));
const viewsOfPage = (fact: Fact) => shows(fact).filter(({ page }) => page === fact.words.page);
const sharesOfPage = (fact: Fact) =>
  fact.events.filter(({ kind, page }) => kind === 'share' && page === fact.words.page);
const isFirst = (fact: Fact) => shows(fact)[0]?.page === fact.words.page;
const isLast = (fact: Fact) => shows(fact).at(-1)?.page === fact.words.page;
const whole = (value: unknown) => roundHalfEven(value as number);
const MB = 1_048_576;

function stayOf(fact: Fact, views = shows(fact)): number {
  const lastAt = Math.max(...fact.events.map(({ at }) => at));
  return sum(
    views.map((show) => {
      const stays = fact.events.filter(({ kind, view }) => kind === 'page_hide' && view === show.n);
      return stays.length > 0
        ? Math.max(...stays.map(({ stayMs }) => stayMs as number))
        : Math.max(0, lastAt - show.at);
    }),
  );
}

/** What ClickHouse calls rounding. */
function roundHalfEven(value: number): number {
  const below = Math.floor(value);
  if (value - below !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}

type Count = (facts: Fact[]) => number | null;
type Counted = Exclude<MetricName, `${string}P${50 | 75 | 95 | 99}Ms` | 'visit_uv_new' | 'portrait_uv_new'>;
const COUNTS: Record<Counted, [FactKind, Count]> = {
  session_cnt: ['sessions', (facts) => facts.length],
  visit_pv: ['sessions', (facts) => facts.flatMap(shows).length],
  visit_uv: ['sessions', users],
  stay_time_uv: ['sessions', (facts) => divide(sum(facts.map((fact) => stayOf(fact))), users(facts) * 1000) ?? 0],
  stay_time_session: ['sessions', (facts) => divide(sum(facts.map((fact) => stayOf(fact))), facts.length * 1000) ?? 0],
  visit_depth: ['sessions', (facts) => divide(sum(facts.map(depthOf)), facts.length) ?? 0],
  page_visit_pv: ['pages', (facts) => facts.flatMap(viewsOfPage).length],
  page_visit_uv: ['pages', (facts) => users(facts.filter((fact) => viewsOfPage(fact).length > 0))],
  page_staytime_pv: [
    'pages',
    (facts) =>
      divide(sum(facts.map((fact) => stayOf(fact, viewsOfPage(fact)))), facts.flatMap(viewsOfPage).length * 1000) ?? 0,
  ],
  entrypage_pv: ['pages', (facts) => facts.filter(isFirst).length],
  exitpage_pv: ['pages', (facts) => facts.filter(isLast).length],
  share_pv: ['pages', (facts) => facts.flatMap(sharesOfPage).length],
  share_uv: ['pages', (facts) => users(facts.filter((fact) => sharesOfPage(fact).length > 0))],
  access_session_cnt: ['sessions', (facts) => facts.length],
  portrait_uv: ['sessions', users],
  callback_count: ['deliveries', (facts) => facts.length],
  fail_count: ['deliveries', (facts) => facts.length - withOutcome('ok')(facts).length],
  total_time_cost: ['deliveries', (facts) => sum(given(facts, 'durationMs'))],
  max_time_cost: ['deliveries', (facts) => Math.max(0, ...given(facts, 'durationMs'))],
  calls: ['calls', (facts) => facts.length],
  success: ['calls', outcomes('success')],
  errors: ['calls', outcomes('fail')],
  cancel: ['calls', outcomes('cancel')],
  unknown: ['calls', outcomes('unknown')],
  successRate: [
    'calls',
    (facts) => share(withOutcome('success')(facts), withOutcome('success', 'fail', 'cancel')(facts)),
  ],
  successRateWithoutCancels: [
    'calls',
    (facts) => share(withOutcome('success')(facts), withOutcome('success', 'fail')(facts)),
  ],
  affectedUsers: ['callUsers', (facts) => users(sessionsWith(facts, ({ outcome }) => outcome === 'fail'))],
  failedUsers: [
    'callUsers',
    (facts) =>
      users(
        sessionsWith(facts, ({ outcome }) => outcome === 'fail').filter((fact) =>
          fact.events.every(({ outcome }) => outcome !== 'success'),
        ),
      ),
  ],
  callMessages: ['callMessages', (facts) => facts.length],
  messageUsers: ['callMessages', users],
  messageFirstAt: ['callMessages', first],
  messageLastAt: ['callMessages', last],
  requests: ['requests', (facts) => facts.length],
  ok: ['requests', outcomes('ok')],
  httpErrors: ['requests', outcomes('http_error')],
  networkErrors: ['requests', outcomes('network_error')],
  aborts: ['requests', outcomes('abort')],
  businessFailures: ['requests', (facts) => given(facts, 'businessFailed').filter(Boolean).length],
  requestSuccessRate: [
    'requests',
    (facts) => share(withOutcome('ok')(facts), withOutcome('ok', 'http_error', 'network_error')(facts)),
  ],
  sentBytes: ['requests', (facts) => sum(given(facts, 'sentBytes'))],
  receivedBytes: ['requests', (facts) => sum(given(facts, 'receivedBytes'))],
  dnsMs: ['requests', mean('dnsMs')],
  connectMs: ['requests', mean('connectMs')],
  tlsMs: ['requests', mean('tlsMs')],
  firstByteMs: ['requests', mean('firstByteMs')],
  requestAffectedUsers: ['requestUsers', (facts) => users(withOutcome('http_error', 'network_error')(facts))],
  openrate: [
    'sessions',
    (facts) => {
      const launches = sessionsWith(facts, ({ kind }) => kind === 'launch');
      return share(
        sessionsWith(launches, ({ kind }) => kind === 'page_ready'),
        launches,
      );
    },
  ],
  appLaunch: ['performance', meanOf('appLaunch')],
  downloadPackage: ['performance', meanOf('downloadPackage')],
  evaluateScript: ['performance', meanOf('evaluateScript')],
  firstRender: ['performance', meanOf('firstRender')],
  costtime: ['performance', meanOf('route')],
  memorydiff: [
    'sessions',
    (facts) => {
      const growths = sessionsWith(facts, isMemory).map((fact) => {
        const samples = fact.events.filter(isMemory).map(({ value }) => whole(value));
        return (samples.at(-1) as number) - (samples[0] as number);
      });
      return divide(sum(growths), growths.length * MB);
    },
  ],
  memory: [
    'performance',
    (facts) => {
      const samples = events(facts)
        .filter(isMemory)
        .map(({ value }) => whole(value));
      return divide(sum(samples), samples.length * MB);
    },
  ],
  memorywarning: ['performance', (facts) => events(facts).filter(isWarning).length],
  memorywarningrate: ['sessions', (facts) => share(sessionsWith(facts, isWarning), facts)],
  jsErrors: ['errors', (facts) => sum(events(facts).map(({ count = 1 }) => count))],
  firstSeenAt: ['errors', first],
  lastSeenAt: ['errors', last],
  errorVersions: ['errors', (facts) => distinct(facts.map(({ words }) => words.version))],
  errorUsers: ['errorUsers', users],
  errorSessions: ['errorUsers', (facts) => distinct(events(facts).map(({ batch }) => batch.session.id))],
  crashFreeSessions: ['sessions', (facts) => facts.length - sessionsWith(facts, isError).length],
  crashFreeRate: [
    'sessions',
    (facts) => divide((facts.length - sessionsWith(facts, isError).length) * 100, facts.length),
  ],
  numbered: ['loss', (facts) => sum(facts.map(({ words }) => words.high))],
  missing: ['loss', (facts) => sum(facts.map(({ words }) => words.missing))],
  lossRate: [
    'loss',
    (facts) => divide(sum(facts.map(({ words }) => words.missing)) * 100, sum(facts.map(({ words }) => words.high))),
  ],
  dropped: ['drops', (facts) => facts.length],
};

/** What the words of `eventfulSession` are folded to. */
function foldMessage(text: string): string {
  return text
    .replace(/order \d+ of [0-9a-f]+ is gone/, 'order :n of :id is gone')
    .replace(/took 1\.\d+ s/, 'took :n s');
}

function ownFrame(stack: string): string {
  if (stack.includes('at Page.onLoad (')) return 'pages/pay/pay.js Page.onLoad';
  if (stack.includes('at async pay (')) return 'app-service.js pay';
  if (stack.startsWith('onLoad@')) return 'pages/pay/pay.js onLoad';
  return '';
}
