import type { AuditAction, AuditList, Invitation, Member, OneTimeLink, RoleBody } from '@minilens/wire/accounts-api';
import type { AgentConfig, CurrentAgentConfig } from '@minilens/wire/agent-config';
import type { EventList, EventRecord } from '@minilens/wire/records';
import type { EraseBody, Erased, Keeping, KeepingBody, LossReport } from '@minilens/wire/report-api';
import type { AppAccess, AppAccessBody, NewSecret } from '@minilens/wire/wechat-access';
import type {
  NewWechatKey,
  RevokeKeyBody,
  RotateKeyBody,
  SecurityBody,
  SecurityMode,
  WechatKeys,
} from '@minilens/wire/wechat-keys';
import { type FakeAnswer, ok, refuse } from './fake-answer.ts';

const FAKE_AGENT_CONFIG: AgentConfig = {
  hookApis: ['requestPayment', 'scanCode', 'cloud.callFunction'],
  sampling: { session: 0.5, request: 0.07 },
};

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

interface Asked {
  method: string;
  pathname: string;
  query: URLSearchParams;
  body: unknown;
  scenario: string;
  moment: (text: string | null, dayLengthMs: number) => number;
  nowMs: number;
}

/** What the settings of an app ask. Undefined for what is about something else. */
export function answerSettings({
  method,
  pathname,
  query,
  body,
  scenario,
  moment,
  nowMs,
}: Asked): FakeAnswer | undefined {
  const [, appid = '', what = ''] = /^\/apps\/(\w+)\/(.+)$/.exec(pathname) ?? [];
  const isSilent = scenario === 'silent';
  const rangeOf = () => ({
    from: moment(query.get('from'), 0),
    to: moment(query.get('to'), DAY_MS),
    timezone: 'Asia/Shanghai',
  });

  switch (`${method} ${what}`) {
    case 'GET keeping':
      return ok<Keeping>({ eventsDays: 30, rollupsDays: 400, eventsFrom: nowMs - 41 * DAY_MS });
    case 'GET loss':
      return ok<LossReport>(lossOf(rangeOf(), isSilent, nowMs));
    case 'GET events': {
      if (query.get('kind') !== 'agent') return undefined;
      const range = rangeOf();
      const reports = isSilent
        ? []
        : Array.from({ length: 200 }, (_, index) => reportOf(index, Math.min(range.to, nowMs)));
      return ok<EventList>({ range, total: isSilent ? 0 : 1_840, items: reports });
    }
  }
  if (what === 'agent-config') {
    if (method === 'GET')
      return ok<CurrentAgentConfig>(
        isSilent ? { version: '', values: {} } : { version: 'o_mUZfWUauzJ', values: FAKE_AGENT_CONFIG },
      );
    if (scenario === 'viewer') return refuse(403, 'NO_ACCESS', 'Only an editor may do this');
    const values = body as AgentConfig;
    return values.hookApis?.includes('nothing')
      ? refuse(400, 'INVALID_REQUEST', 'The body: /hookApis/0 names nothing that can be watched')
      : ok<CurrentAgentConfig>({ version: 'Jx8_v0aQ2mLd', values });
  }
  const isOwners =
    /^(keeping|erase|access|secret|tokens\/revoke|wechat-(keys.*|security)|members.*|invitations.*|audit)$/.test(what);
  if (!isOwners) return undefined;
  if (scenario === 'viewer') return refuse(403, 'NO_ACCESS', 'Only an owner may do this');

  switch (`${method} ${what}`) {
    case 'PUT keeping':
      return ok<Keeping>({ eventsDays: 30, rollupsDays: 400, eventsFrom: null, ...(body as KeepingBody) });
    case 'POST erase': {
      const isKnown = (body as EraseBody).user !== 'nobody';
      return ok<Erased>(
        isKnown
          ? { users: 1, events: 1_284, sessions: 31, batches: 0, hours: 29 }
          : { users: 0, events: 0, sessions: 0, batches: 0, hours: 0 },
      );
    }
    case 'GET access':
      return ok<AppAccess>(accessOf(isSilent ? null : ['203.0.113.0/24', '2001:db8::/32'], nowMs));
    case 'PUT access': {
      const { addresses = null } = body as AppAccessBody;
      return addresses?.includes('999.0.113.7')
        ? refuse(400, 'INVALID_REQUEST', '999.0.113.7 is no address and no network.')
        : ok<AppAccess>(accessOf(addresses, nowMs));
    }
    case 'GET wechat-keys':
      return ok<WechatKeys>(keysOf(isSilent ? 'off' : 'optional', isSilent ? [] : fakeKeys(nowMs)));
    case 'POST wechat-keys':
      return ok<NewWechatKey[]>([
        { kind: 'symmetric', serial: 'b0c4', algorithm: 'AES256_GCM', secret: 'q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQ' },
        {
          kind: 'developer',
          serial: 'd3a1',
          algorithm: 'RSAwithSHA256',
          secret: FAKE_PRIVATE_KEY,
          publicKey: FAKE_PEM,
        },
        { kind: 'platform', serial: '7e55', algorithm: 'RSAwithSHA256', publicKey: FAKE_PEM },
      ]);
    case 'POST wechat-keys/rotate': {
      const { kind, publicKey } = body as RotateKeyBody;
      return ok<NewWechatKey>({
        ...{ kind, serial: 'c9d2', algorithm: 'RSAwithSHA256', publicKey: publicKey ?? FAKE_PEM },
        ...(kind !== 'platform' && publicKey === undefined && { secret: FAKE_PRIVATE_KEY }),
      });
    }
    case 'POST wechat-keys/revoke': {
      const keys = fakeKeys(nowMs);
      const ended = keys.find(({ serial }) => serial === (body as RevokeKeyBody).serial);
      return ended?.kind === 'platform'
        ? refuse(400, 'INVALID_REQUEST', 'Answers are signed with this key.')
        : ok<WechatKeys>(
            keysOf(
              'optional',
              keys.filter((key) => key !== ended),
            ),
          );
    }
    case 'PUT wechat-security':
      return ok<WechatKeys>(keysOf((body as SecurityBody).mode, fakeKeys(nowMs)));
    case 'POST secret':
      return ok<NewSecret>({ appid, secret: '4be7120c9d3a4f86b5e1'.repeat(3), oldSecretUntil: nowMs + 7 * DAY_MS });
    case 'POST tokens/revoke':
      return ok({});
    case 'GET members':
      return ok<Member[]>(
        isSilent
          ? []
          : [
              { id: 'm1', login: 'lin', role: 'owner', since: nowMs - 300 * DAY_MS },
              { id: 'm2', login: 'mei', role: 'editor', since: nowMs - 120 * DAY_MS },
              { id: 'm3', login: 'analysis-team', role: 'viewer', since: nowMs - 12 * DAY_MS },
            ],
      );
    case 'PUT members/m1':
      return (body as RoleBody).role === 'owner' ? ok({}) : refuse(409, 'LAST_OWNER', 'This is the last owner.');
    case 'GET invitations':
      return ok<Invitation[]>(
        isSilent
          ? []
          : [{ id: 'i1', role: 'viewer', by: 'lin', createdAt: nowMs - DAY_MS, endsAt: nowMs + 6 * DAY_MS }],
      );
    case 'POST invitations':
      return ok<OneTimeLink>({ path: '/invitation#V1StGXR8_Z5jdHi6B-myT', endsAt: nowMs + 7 * DAY_MS });
    case 'GET audit': {
      const offset = Number(query.get('offset') ?? 0);
      const all = isSilent ? [] : Array.from({ length: 120 }, (_, index) => entryOf(index, appid, nowMs));
      return ok<AuditList>({ total: all.length, items: all.slice(offset, offset + Number(query.get('limit') ?? 50)) });
    }
  }
  return ok({});
}

const accessOf = (addresses: AppAccess['addresses'], nowMs: number): AppAccess => ({
  addresses,
  permissions: null,
  dailyQuota: 10_000,
  minuteQuota: 600,
  frozenAt: null,
  oldSecretUntil: nowMs + 2 * DAY_MS,
});

const keysOf = (mode: SecurityMode, keys: WechatKeys['keys']): WechatKeys => ({ mode, keys });

const pemOf = (what: string) =>
  `-----BEGIN ${what}-----\n${'MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAKj34GkxFhD90vcNLYLInFEX6Ppy1tPf\n'.repeat(5)}-----END ${what}-----\n`;
const FAKE_PEM = pemOf('PUBLIC KEY');
const FAKE_PRIVATE_KEY = pemOf('PRIVATE KEY');

function fakeKeys(nowMs: number): WechatKeys['keys'] {
  const key = (
    kind: WechatKeys['keys'][number]['kind'],
    algorithm: string,
    daysAgo: number,
    endsAt: number | null = null,
  ) => ({
    ...{ kind, algorithm, endsAt, createdAt: nowMs - daysAgo * DAY_MS },
    serial: `${kind}${daysAgo}`.padEnd(32, '0a7f'),
    publicKey: kind === 'developer' || kind === 'platform' ? FAKE_PEM : null,
  });
  return [
    key('symmetric', 'AES256_GCM', 1),
    key('developer', 'RSAwithSHA256', 90),
    key('platform', 'RSAwithSHA256', 90),
    key('cloud', 'TC3-HMAC-SHA256', 30),
    key('symmetric', 'AES256_GCM', 90, nowMs + DAY_MS),
  ];
}

const DEVICES = [
  { platform: 'ios', system: 'iOS 18.1', model: 'iPhone 15', wechat: '8.0.54', sdk: '3.7.1' },
  { platform: 'android', system: 'Android 14', model: 'HUAWEI MATE 60', wechat: '8.0.53', sdk: '3.6.6' },
  { platform: 'ohos', system: 'HarmonyOS 5.0', model: 'HUAWEI MATE 70', wechat: '1.0.6', sdk: '3.7.0' },
  { platform: 'devtools', system: 'macOS 15.1', model: '', wechat: '8.0.5', sdk: '3.7.1' },
];

function reportOf(index: number, untilMs: number): EventRecord {
  const device = DEVICES[index % 7 < 4 ? 0 : (index % 3) + 1] ?? DEVICES[0];
  if (!device) throw new Error('there are devices');
  const hooks = {
    ...(device.platform === 'ohos' && { scanCode: 'absent', 'getUpdateManager.onUpdateReady': 'absent' }),
    ...(device.platform === 'android' && index % 4 === 0 && { request: 'overwritten' }),
    ...(device.platform === 'devtools' && { onMemoryWarning: 'refused' }),
  };
  const at = untilMs - index * 160_000;
  return {
    at,
    receivedAt: at + 900,
    user: `u${index % 90}`,
    session: `session-${index}`,
    n: 3,
    kind: 'agent',
    props: JSON.stringify({
      state: 'on',
      hooks,
      dropped: { full: index % 40 === 0 ? 12 : 0, refused: 0, filtered: 0 },
    }),
    ...device,
    network: 'wifi',
    version: index % 5 === 0 ? '2.13.2' : '2.14.0',
    env: 'release',
  };
}

function lossOf(range: LossReport['range'], isSilent: boolean, nowMs: number): LossReport {
  const days = isSilent
    ? []
    : Array.from(
        { length: Math.ceil((Math.min(range.to, nowMs) - range.from) / DAY_MS) },
        (_, day) => range.from + day * DAY_MS,
      );
  const loss = days.flatMap((at, day) =>
    ['0.2.0', '0.1.0'].map((agent, place) => {
      const numbered = Math.round((90_000 + 8_000 * Math.sin(day)) / (1 + 4 * place));
      const missing = Math.round(numbered * (place === 0 ? 0.0008 : 0.006) * (1 + Math.sin(day * 2) / 2));
      return { at, agent, numbered, missing, lossRate: (100 * missing) / numbered };
    }),
  );
  const drops = days.flatMap((at, day) => [
    { at, agent: '0.2.0', reason: 'too_old', dropped: 14 + ((day * 7) % 11) },
    { at, agent: '0.1.0', reason: 'invalid', dropped: 3 + (day % 4) },
    { at, agent: '0.1.0', reason: 'future', dropped: 1 + (day % 2) },
  ]);
  return { range, loss, drops };
}

const DONE: [who: string, action: AuditAction, about: string][] = [
  ['lin', 'invite', 'viewer'],
  ['mei (Nightly report)', 'configure_agents', ''],
  ['lin', 'rotate_secret', ''],
  ['command line', 'recompute', ''],
  ['lin', 'change_member', 'mei: editor'],
  ['lin', 'erase', ''],
  ['mei', 'judge_issue', '7f3a91c2: resolved in 2.14.0'],
];

function entryOf(index: number, app: string, nowMs: number): AuditList['items'][number] {
  const [who, action, about] = DONE[index % DONE.length] ?? ['lin', 'invite', ''];
  return { at: nowMs - index * 5 * HOUR_MS, who, action, app, about, ip: '203.0.113.7' };
}
