import type { Me, SetupBody, SetupState } from '@minilens/wire/accounts-api';
import type { Delivery, DeliveryList, PushReport, PushSettings } from '@minilens/wire/push-report';
import type { Answers, Catalogue, FilterValues, QuestionsBody, Retention } from '@minilens/wire/questions';
import type {
  CallRecord,
  CallRecordList,
  EventList,
  IssueState,
  IssueStateBody,
  IssueStates,
  Paths,
} from '@minilens/wire/records';
import type { AppDetail, NewApp, NewAppBody } from '@minilens/wire/report-api';
import { answerAccount } from './fake-account.ts';
import { type FakeAnswer, ok, refuse } from './fake-answer.ts';
import { kindNamed, recordOf } from './fake-data.ts';
import { fakeEvents, fakeIssueStates, saidOf, withoutAnything } from './fake-health.ts';
import { deliveryOf, pushReportOf } from './fake-push.ts';
import { answerQuestions, fakeCatalogue, fakeFilterValues } from './fake-questions.ts';
import { answerRecords } from './fake-records.ts';
import { answerSettings } from './fake-settings.ts';
import { pathsOf, retentionOf } from './fake-visits.ts';

/** What the fake server is going through. A browser chooses with the cookie `fake`. */
export type Scenario =
  | 'normal'
  | 'signed-out'
  | 'setup'
  | 'no-apps'
  | 'silent'
  | 'slow'
  | 'failing'
  | 'forbidden'
  | 'viewer'
  /** Someone who signs in with a second factor, or follows a link. */
  | 'second-factor';

interface Asked {
  method: string;
  /** Below /api/v1, with its query. */
  path: string;
  body?: unknown;
  scenario: Scenario;
  nowMs: number;
}
export const FAKE_APP = 'wx0123456789abcdef';
const DAY_MS = 86_400_000;

/** The report API with made-up figures, typed by the same contract as the server. Keeps nothing between calls. */
export function answerFake({ method, path, body, scenario, nowMs }: Asked): FakeAnswer {
  const { pathname, searchParams: query } = new URL(path, 'http://fake');
  const [, first, app = '', section, name, records] = pathname.split('/').map(decodeURIComponent);
  const account: Me = {
    id: 'lin',
    login: 'lin',
    isAdministrator: scenario !== 'viewer',
    hasPassword: true,
    hasSecondFactor: scenario === 'second-factor',
    apps:
      scenario === 'no-apps'
        ? []
        : [
            {
              appid: FAKE_APP,
              name: 'Corner Shop',
              timezone: 'Asia/Shanghai',
              role: scenario === 'viewer' ? 'viewer' : 'owner',
            },
            { appid: 'wxfedcba9876543210', name: '街角小店 测试号', timezone: 'Asia/Shanghai', role: 'viewer' },
          ],
  };

  const isSignedOut = scenario === 'signed-out' || scenario === 'setup';

  const ofAccount = answerAccount({ method, pathname, body, isSignedOut, account, app: FAKE_APP, nowMs });
  if (ofAccount) return ofAccount;
  switch (`${method} ${app ? '' : first}`) {
    case 'GET setup':
      return ok<SetupState>({ needed: scenario === 'setup' });
    case 'POST setup':
      return (body as SetupBody).token === 'right'
        ? ok<Me>({ ...account, apps: [] })
        : refuse(403, 'SETUP_TOKEN', 'This setup link is not valid');
    case 'POST logout':
      return { status: 204, body: undefined };
    case 'GET me':
      return isSignedOut ? refuse(401, 'NOT_SIGNED_IN', 'Sign in first') : ok<Me>(account);
    case 'POST apps': {
      if (app) break;
      const { appid, name: called = appid } = body as NewAppBody;
      if (appid === FAKE_APP) return refuse(409, 'APP_EXISTS', 'This app exists');
      return ok<NewApp>({
        appid,
        name: called,
        secret: '9f2c61d07b7f4c5e8a13d94be60f2a75'.repeat(2),
        key: 'k_7Qw2mZr9',
      });
    }
  }

  if (isSignedOut) return refuse(401, 'NOT_SIGNED_IN', 'Sign in first');
  if (first === 'metrics') return ok<Catalogue>(fakeCatalogue());
  if (app && section === undefined) {
    if (scenario === 'forbidden') return refuse(403, 'NO_ACCESS', 'This app is not yours');
    const isSilent = scenario === 'silent' || scenario === 'no-apps';
    return ok<AppDetail>({
      appid: app,
      name: account.apps.find(({ appid }) => appid === app)?.name ?? app,
      key: 'k_7Qw2mZr9',
      timezone: 'Asia/Shanghai',
      endpoint: 'https://lens.example.com',
      lastEventAt: isSilent ? null : nowMs - 4_000,
    });
  }
  if (scenario === 'slow') return 'never';
  if (scenario === 'failing') return refuse(503, 'STORE_BUSY', 'The event store does not answer', true);

  if (pathname.endsWith('/questions')) {
    const rangeOf = (from: string, to: string) => ({
      from: moment(from, 0),
      to: moment(to, DAY_MS),
      timezone: 'Asia/Shanghai',
    });
    const answers = answerQuestions(body as QuestionsBody, rangeOf, nowMs);
    return ok<Answers>(scenario === 'silent' ? withoutAnything(answers) : answers);
  }
  if (section === 'issues') {
    if (method === 'GET') return ok<IssueStates>(fakeIssueStates(nowMs));
    if (scenario === 'viewer') return refuse(403, 'NO_ACCESS', 'Only an editor may do this');
    return ok<IssueState>(saidOf(name ?? '', body as IssueStateBody, nowMs));
  }
  const ofSettings = answerSettings({ method, pathname, query, body, scenario, moment, nowMs });
  if (ofSettings) return ofSettings;
  if (section === 'push' && name === 'settings') {
    if (scenario === 'viewer') return refuse(403, 'NO_ACCESS', 'Only an owner may do this');
    if (method === 'PUT' && (body as { upstream?: string }).upstream?.startsWith('https://lens.example.com'))
      return refuse(400, 'INVALID_UPSTREAM', 'upstream is this server itself');
    return ok<PushSettings>({
      url: `https://lens.example.com/push/${app}`,
      upstream: scenario === 'silent' ? null : 'https://api.corner-shop.example/wechat',
      format: 'xml',
      mode: 'safe',
      hasToken: scenario !== 'silent',
      hasKey: scenario !== 'silent',
      coverLate: false,
      keepContent: false,
    });
  }

  const isSilent = scenario === 'silent';
  if (section === 'live' || section === 'sessions' || section === 'users') {
    const found = answerRecords({ section, id: name, query, isSilent, nowMs, momentOf: moment });
    return found ? ok(found) : refuse(404, 'NOT_FOUND', `${app} knows nothing of ${name}`);
  }

  const range = { from: moment(query.get('from'), 0), to: moment(query.get('to'), DAY_MS), timezone: 'Asia/Shanghai' };
  if (section === 'retention')
    return ok<Retention>(retentionOf(range, (query.get('unit') ?? 'day') as Retention['unit'], nowMs));
  if (pathname.endsWith('/pages/around')) return ok<Paths>(pathsOf(range, query.get('page') ?? ''));
  if (pathname.endsWith('/filters')) return ok<FilterValues>(fakeFilterValues(range));
  if (section === 'events') return ok<EventList>(fakeEvents(query, range, nowMs));
  const limit = Number(query.get('limit') ?? 50);
  const offset = Number(query.get('offset') ?? 0);

  if (section === 'push') {
    if (name === 'deliveries') {
      const all = Array.from({ length: 500 }, (_, index) => deliveryOf(index, Math.min(range.to, nowMs)))
        .filter(isAskedFor(query))
        .sort((a, b) => (query.get('sort') === 'durationMs' ? b.durationMs - a.durationMs : b.at - a.at));
      return ok<DeliveryList>({ range, total: all.length, items: all.slice(offset, offset + limit) });
    }
    return ok<PushReport>(pushReportOf(range, scenario === 'silent', nowMs));
  }
  if (!records) return refuse(404, 'NOT_FOUND', 'The fake server does not know this');
  const kind = kindNamed(name ?? '') ?? {
    name: name ?? '',
    callsPerHour: 0,
    failShare: 0,
    cancelShare: 0,
    medianMs: 0,
  };
  const matches = (field: 'user' | 'ip' | 'outcome') => (record: CallRecord) =>
    query.get(field) === null || query.get(field) === record[field];
  const all = Array.from({ length: 500 }, (_, index) => recordOf(kind, index, Math.min(range.to, nowMs)))
    .filter(matches('user'))
    .filter(matches('ip'))
    .filter(matches('outcome'));
  return ok<CallRecordList>({ range, total: all.length, items: all.slice(offset, offset + limit) });
}

/** What the question says of a delivery, as the server reads it. */
const isAskedFor = (query: URLSearchParams) => (delivery: Delivery) => {
  const is = (asked: string, value: string) => query.get(asked) === null || query.get(asked) === value;
  const outcome = query.get('outcome');
  return (
    (outcome === 'failed' ? delivery.outcome !== 'ok' : is('outcome', delivery.outcome)) &&
    is('reason', delivery.reason) &&
    is('msgType', delivery.msgType) &&
    is('event', delivery.event) &&
    is('host', delivery.host) &&
    is('message', delivery.messageKey)
  );
};

/** A day in Shanghai, which knows no summer time, or a moment. */
function moment(text: string | null, dayLengthMs: number): number {
  if (!text) throw new Error('a range has from and to');
  return text.length === 10 ? Date.parse(`${text}T00:00:00+08:00`) + dayLengthMs : Date.parse(text);
}
