import type { LoginBody, Me, SetupBody, SetupState } from '@minilens/wire/accounts-api';
import type { Refusal } from '@minilens/wire/receipt';
import type {
  AppDetail,
  CallRecord,
  CallRecordList,
  InterfaceDetail,
  InterfaceList,
  InterfaceRow,
  NewApp,
  NewAppBody,
} from '@minilens/wire/report-api';
import { allKinds, kindNamed, messagesOf, recordOf, rowOf, trendOf, versionsOf } from './fake-data.ts';

/** What the fake server is going through. A browser chooses with the cookie `fake`. */
export type Scenario = 'normal' | 'signed-out' | 'setup' | 'no-apps' | 'silent' | 'slow' | 'failing' | 'forbidden';

interface Asked {
  method: string;
  /** Below /api/v1, with its query. */
  path: string;
  body?: unknown;
  scenario: Scenario;
  nowMs: number;
}
/** `never`: no answer at all, to look at what is shown meanwhile. */
export type FakeAnswer = { status: number; body: unknown } | 'never';

export const FAKE_APP = 'wx0123456789abcdef';
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** The report API with made-up figures, typed by the same contract as the server. Keeps nothing between calls. */
export function answerFake({ method, path, body, scenario, nowMs }: Asked): FakeAnswer {
  const { pathname, searchParams: query } = new URL(path, 'http://fake');
  const [, first, app = '', , name, records] = pathname.split('/').map(decodeURIComponent);
  const account: Me = {
    id: 'lin',
    login: 'lin',
    isAdministrator: true,
    hasPassword: true,
    hasSecondFactor: false,
    apps:
      scenario === 'no-apps'
        ? []
        : [
            { appid: FAKE_APP, name: 'Corner Shop', role: 'owner' },
            { appid: 'wxfedcba9876543210', name: '街角小店 测试号', role: 'viewer' },
          ],
  };

  const isSignedOut = scenario === 'signed-out' || scenario === 'setup';

  switch (`${method} ${first}`) {
    case 'GET setup':
      return ok<SetupState>({ needed: scenario === 'setup' });
    case 'POST setup':
      return (body as SetupBody).token === 'right'
        ? ok<Me>({ ...account, apps: [] })
        : refuse(403, 'SETUP_TOKEN', 'This setup link is not valid');
    case 'POST login':
      return (body as LoginBody).password === 'wrong password'
        ? refuse(401, 'WRONG_LOGIN', 'Wrong login or password')
        : ok<Me>(account);
    case 'POST logout':
      return { status: 204, body: undefined };
    case 'GET me':
      return isSignedOut ? refuse(401, 'NOT_SIGNED_IN', 'Sign in first') : ok<Me>(account);
    case 'POST apps': {
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
  if (app && !name && !pathname.includes('/interfaces')) {
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

  const range = { from: moment(query.get('from'), 0), to: moment(query.get('to'), DAY_MS), timezone: 'Asia/Shanghai' };
  const hours = (Math.min(range.to, nowMs) - range.from) / HOUR_MS;
  const limit = Number(query.get('limit') ?? 50);
  const offset = Number(query.get('offset') ?? 0);

  if (!name) {
    const found =
      scenario === 'silent'
        ? []
        : allKinds().filter((kind) => kind.name.toLowerCase().includes((query.get('search') ?? '').toLowerCase()));
    const rows = found
      .map((kind) => rowOf(kind, hours))
      .sort(compare((query.get('sort') ?? 'calls') as keyof InterfaceRow, query.get('order') ?? 'desc'));
    return ok<InterfaceList>({ range, total: rows.length, items: rows.slice(offset, offset + limit) });
  }
  const kind = kindNamed(name) ?? { name, callsPerHour: 0, failShare: 0, cancelShare: 0, medianMs: 0 };
  if (records) {
    const matches = (field: 'user' | 'ip' | 'outcome') => (record: CallRecord) =>
      query.get(field) === null || query.get(field) === record[field];
    const all = Array.from({ length: 500 }, (_, index) => recordOf(kind, index, Math.min(range.to, nowMs)))
      .filter(matches('user'))
      .filter(matches('ip'))
      .filter(matches('outcome'));
    return ok<CallRecordList>({ range, total: all.length, items: all.slice(offset, offset + limit) });
  }
  const grain = range.to - range.from > 7 * DAY_MS ? 'day' : 'hour';
  return ok<InterfaceDetail>({
    range,
    summary: rowOf(kind, hours),
    grain,
    trend: trendOf(kind, range, grain, nowMs),
    versions: versionsOf(kind, hours),
    messages: messagesOf(kind, range, nowMs),
  });
}

const ok = <T>(body: T): FakeAnswer => ({ status: 200, body });
const refuse = (status: number, code: string, message: string, retry = false): FakeAnswer => {
  const body: Refusal = { code, message, retry };
  return { status, body };
};

/** A day in Shanghai, which knows no summer time, or a moment. */
function moment(text: string | null, dayLengthMs: number): number {
  if (!text) throw new Error('a range has from and to');
  return text.length === 10 ? Date.parse(`${text}T00:00:00+08:00`) + dayLengthMs : Date.parse(text);
}

const compare = (by: keyof InterfaceRow, order: string) => (a: InterfaceRow, b: InterfaceRow) => {
  const [left, right] = order === 'asc' ? [a[by], b[by]] : [b[by], a[by]];
  return typeof left === 'string' ? left.localeCompare(String(right)) : Number(left ?? -1) - Number(right ?? -1);
};
