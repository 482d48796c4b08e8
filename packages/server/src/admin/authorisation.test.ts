import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { ROOTS } from '@minilens/wechat/endpoints';
import { APP_ROLES, SCOPES, type Scope } from '@minilens/wire/accounts-api';
import type { FastifyInstance, RouteOptions } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Db } from '../db/connect.js';
import { asPage } from '../testing/browser.js';
import { startTestServer, type TestServer } from '../testing/server.js';
import { type Account, createAccounts } from './accounts.js';
import { createApiTokens } from './api-tokens.js';
import { createMembers } from './members.js';
import { type AppAction, PERMISSIONS, type ServerAction } from './permissions.js';
import { createSessions } from './sessions.js';

const NOW = Date.UTC(2026, 10, 29, 4);
const OWN = 'wx00000000000000aa';
const FOREIGN = 'wx00000000000000bb';
const COMPONENT = 'wx00000000000000cc';
const RANGE = { from: '2026-11-28', to: '2026-11-28' };
const RANGE_QUERY = `from=${RANGE.from}&to=${RANGE.to}`;

/** What a route asks for before it answers: an action, somebody who is signed in, or nothing of all this. */
type Asks = AppAction | ServerAction | 'person' | 'account' | 'local' | 'nothing';
interface Route {
  asks: Asks;
  query?: string;
  body?: unknown;
  /** Who else is let in: the app's secret, or the service provider's. */
  also?: 'app secret';
}

const report = (query = RANGE_QUERY): Route => ({ asks: 'readReports', query });
/** A role or an id that is nobody's: whoever may is told that it is not there. */
const role = { role: 'viewer' };

/** Every route of the server, with what it asks for and a request it understands. */
const ROUTES: Record<string, Route> = {
  'GET /healthz': { asks: 'nothing' },
  'GET /readyz': { asks: 'nothing' },
  // From elsewhere; from this machine it has its own rules, and their own test.
  'GET /metrics': { asks: 'operate' },
  'GET /minilens-mp-agent.js': { asks: 'nothing' },
  'GET /api/v1/openapi.json': { asks: 'nothing' },
  'POST /v1/collect': { asks: 'nothing' },
  'POST /v1/import': { asks: 'import', query: 'app=:app', body: '', also: 'app secret' },

  'GET /api/v1/setup': { asks: 'nothing' },
  'POST /api/v1/setup': { asks: 'nothing' },
  'POST /api/v1/login': { asks: 'nothing' },
  'POST /api/v1/logout': { asks: 'nothing' },
  'POST /api/v1/password/reset': { asks: 'nothing', body: { token: 'x', password: 'long enough to be one' } },
  'POST /api/v1/invitations/look': { asks: 'nothing' },
  'POST /api/v1/invitations/accept': { asks: 'nothing' },
  'GET /api/v1/oidc': { asks: 'nothing' },
  'POST /api/v1/oidc/start': { asks: 'nothing' },
  'GET /api/v1/oidc/callback': { asks: 'nothing' },

  'GET /api/v1/me': { asks: 'person' },
  'POST /api/v1/password': { asks: 'person', body: { current: 'x', password: 'long enough to be one' } },
  'GET /api/v1/sessions': { asks: 'person' },
  'POST /api/v1/sessions/:id/end': { asks: 'person' },
  'POST /api/v1/second-factor': { asks: 'person', body: { password: 'x' } },
  'POST /api/v1/second-factor/confirm': { asks: 'person', body: { code: 'nonsense' } },
  'POST /api/v1/second-factor/disable': { asks: 'person', body: { code: 'nonsense' } },
  'GET /api/v1/tokens': { asks: 'person' },
  'POST /api/v1/tokens': { asks: 'person', body: { name: 'x', scopes: ['import'], apps: null, days: 1 } },
  'POST /api/v1/tokens/:id/end': { asks: 'person' },
  'GET /api/v1/apps': { asks: 'account' },

  'GET /api/v1/users': { asks: 'manageUsers' },
  'POST /api/v1/users': { asks: 'manageUsers', body: { login: 'somebody', isAdministrator: true } },
  'POST /api/v1/users/:login/password': { asks: 'manageUsers' },
  'POST /api/v1/users/:login/remove': { asks: 'manageUsers' },
  'POST /api/v1/users/:login/second-factor-off': { asks: 'manageUsers' },
  'POST /api/v1/apps': { asks: 'addApps', body: { appid: OWN } },
  'GET /api/v1/audit': { asks: 'operate' },
  'GET /api/v1/process': { asks: 'operate' },
  'GET /api/v1/doctor': { asks: 'operate' },
  'POST /api/v1/backup': { asks: 'local', body: { directory: '/nowhere/at/all' } },
  'GET /api/v1/components': { asks: 'manageComponents' },
  'POST /api/v1/components': { asks: 'manageComponents', body: { appid: COMPONENT } },
  'PUT /api/v1/components/:component': { asks: 'manageComponents', body: {} },
  'POST /api/v1/components/:component/secret': { asks: 'manageComponents', body: { overlapSeconds: 60 } },
  'GET /api/v1/components/:component/events': { asks: 'manageComponents' },
  'GET /api/v1/components/:component/ticket': { asks: 'manageComponents' },
  'POST /api/v1/components/:component/authorizations': {
    asks: 'manageComponents',
    body: { appid: OWN, permissions: [18] },
  },
  'POST /api/v1/components/:component/authorizations/:app/withdraw': { asks: 'manageComponents' },

  'GET /api/v1/apps/:app': { asks: 'readReports' },
  'GET /api/v1/apps/:app/interfaces': report(),
  'GET /api/v1/apps/:app/interfaces/:name': report(),
  'GET /api/v1/apps/:app/loss': report(),
  'GET /api/v1/metrics': { asks: 'account' },
  'POST /api/v1/apps/:app/questions': {
    asks: 'readReports',
    body: { ...RANGE, questions: { opens: { metrics: ['session_cnt'] } } },
  },
  'GET /api/v1/apps/:app/filters': report(),
  'GET /api/v1/apps/:app/releases': report(),
  'GET /api/v1/apps/:app/retention': report(`${RANGE_QUERY}&unit=day`),
  'GET /api/v1/apps/:app/push': report(),
  'GET /api/v1/apps/:app/push/deliveries': { asks: 'readRecords', query: RANGE_QUERY },
  'GET /api/v1/apps/:app/push/settings': { asks: 'changePush' },
  'PUT /api/v1/apps/:app/push/settings': { asks: 'changePush', body: {} },
  'GET /push/:app': { asks: 'nothing' },
  'POST /push/:app': { asks: 'nothing' },
  'GET /api/v1/apps/:app/events': { asks: 'readRecords', query: RANGE_QUERY },
  'GET /api/v1/apps/:app/live': { asks: 'readRecords' },
  'GET /api/v1/apps/:app/sessions': { asks: 'readRecords', query: RANGE_QUERY },
  'GET /api/v1/apps/:app/sessions/:session': { asks: 'readRecords' },
  'GET /api/v1/apps/:app/users/:user': { asks: 'readRecords' },
  'GET /api/v1/apps/:app/pages/around': { asks: 'readRecords', query: `${RANGE_QUERY}&page=p` },
  'GET /api/v1/apps/:app/issues/states': report(''),
  'PUT /api/v1/apps/:app/issues/:issue': { asks: 'judgeIssues', body: { state: 'open' } },
  'GET /api/v1/apps/:app/interfaces/:name/records': { asks: 'readRecords', query: RANGE_QUERY },
  'GET /api/v1/apps/:app/export': { asks: 'readRecords', query: `${RANGE_QUERY}&format=ndjson` },
  'GET /api/v1/apps/:app/agent-config': { asks: 'readReports' },
  'PUT /api/v1/apps/:app/agent-config': { asks: 'configureAgents', body: {} },
  'GET /api/v1/apps/:app/keeping': { asks: 'readReports' },
  'PUT /api/v1/apps/:app/keeping': { asks: 'changeKeeping', body: {} },
  'GET /api/v1/apps/:app/access': { asks: 'manageAccess' },
  'PUT /api/v1/apps/:app/access': { asks: 'manageAccess', body: {} },
  'POST /api/v1/apps/:app/secret': { asks: 'manageAccess', body: { overlapSeconds: 2_000_000 } },
  'POST /api/v1/apps/:app/tokens/revoke': { asks: 'manageAccess' },
  'GET /api/v1/apps/:app/wechat-keys': { asks: 'manageAccess' },
  'POST /api/v1/apps/:app/wechat-keys': { asks: 'manageAccess', body: {} },
  'POST /api/v1/apps/:app/wechat-keys/rotate': {
    asks: 'manageAccess',
    body: { kind: 'symmetric', overlapHours: 1 },
  },
  'POST /api/v1/apps/:app/wechat-keys/revoke': { asks: 'manageAccess', body: { serial: 'none' } },
  'PUT /api/v1/apps/:app/wechat-security': { asks: 'manageAccess', body: { mode: 'off' } },
  'POST /api/v1/apps/:app/cloud-credentials': { asks: 'manageAccess' },
  'POST /api/v1/apps/:app/rollup': { asks: 'recompute', body: RANGE },
  'POST /api/v1/apps/:app/check': { asks: 'recompute', body: RANGE },
  'POST /api/v1/apps/:app/erase': { asks: 'erase', body: { user: 'nobody-at-all' } },
  'GET /api/v1/apps/:app/audit': { asks: 'readAudit' },
  'GET /api/v1/apps/:app/members': { asks: 'manageMembers' },
  'PUT /api/v1/apps/:app/members/:account': { asks: 'manageMembers', body: role },
  'POST /api/v1/apps/:app/members/:account/remove': { asks: 'manageMembers' },
  'GET /api/v1/apps/:app/invitations': { asks: 'manageMembers' },
  'POST /api/v1/apps/:app/invitations': { asks: 'manageMembers', body: role },
  'POST /api/v1/apps/:app/invitations/:id/withdraw': { asks: 'manageMembers' },
};

/** Leaving is for who is in front of a browser and has a part, and would change who asks next: people.test.ts has it. */
const ELSEWHERE = new Set(['POST /api/v1/apps/:app/leave']);

/** Routes that change nothing somebody would ask after, or whose caller has no name to write down. */
const UNWRITTEN = new Set([
  'POST /v1/collect',
  'POST /v1/import',
  'POST /api/v1/invitations/look',
  'POST /api/v1/oidc/start',
  'POST /api/v1/apps/:app/check',
  'POST /api/v1/apps/:app/questions',
  'POST /push/:app',
]);

const ROLES = [...APP_ROLES, 'administrator'] as const;
type Role = (typeof ROLES)[number];

/** Whoever may ask. Their role is in the own app; a token's is an owner's, so that its scope is what bounds it. */
interface Caller {
  name: string;
  role?: Role;
  scopes?: readonly Scope[];
  isLocal?: boolean;
  isAppSecret?: boolean;
  headers(): Promise<Record<string, string>>;
}

let server: TestServer;
let db: Db;
const found: RouteOptions[] = [];
const callers: Caller[] = [];

beforeAll(async () => {
  const watch = (message: unknown) =>
    (message as { fastify: FastifyInstance }).fastify.addHook('onRoute', (route) => {
      found.push(route);
    });
  subscribe('fastify.initialization', watch);
  server = await startTestServer(NOW, {
    MINILENS_OIDC_ISSUER: 'http://127.0.0.1:9/',
    MINILENS_OIDC_CLIENT_ID: 'minilens',
    MINILENS_OIDC_CLIENT_SECRET: 'secret',
  });
  unsubscribe('fastify.initialization', watch);

  db = await server.openDb();
  const now = () => NOW;
  const [accounts, members] = [createAccounts(db, now), createMembers(db, now)];
  const [sessions, apiTokens] = [createSessions(db, now), createApiTokens(db, now)];
  const { secret } = await server.addApp(OWN);
  await server.addApp(FOREIGN);
  await server.post('/api/v1/components', { appid: COMPONENT }, server.asOwner);

  const signedIn = async (account: Account) =>
    asPage(`minilens_login=${await sessions.open(account, { ip: '127.0.0.1', userAgent: '' })}`);
  const create = (login: string, role: Account['role']) => accounts.create(db, { login, role, passwordHash: '' });

  callers.push(
    { name: 'nobody', headers: async () => ({}) },
    { name: 'a guess', headers: async () => ({ authorization: 'Bearer mlt_guess', cookie: 'minilens_login=guess' }) },
    { name: 'the app secret', isAppSecret: true, headers: async () => ({ authorization: `Bearer ${secret}` }) },
    { name: 'the command line', role: 'administrator', isLocal: true, headers: async () => server.asOwner },
  );
  for (const role of ROLES) {
    const account = await create(role, role === 'administrator' ? role : 'member');
    if (role !== 'administrator') await members.add(db, account.id, OWN, role);
    callers.push({ name: role, role, headers: () => signedIn(account) });
  }
  const holder = await create('holder', 'member');
  await members.add(db, holder.id, OWN, 'owner');
  const chief = await create('chief', 'administrator');
  const reader = await create('reader', 'member');
  await members.add(db, reader.id, OWN, 'viewer');
  const withToken = async (name: string, role: Role, account: Account, scopes: readonly Scope[]) => {
    const { token } = await apiTokens.make(account, { name, scopes: [...scopes], apps: null, days: 1 });
    callers.push({ name, role, scopes, headers: async () => ({ authorization: `Bearer ${token}` }) });
  };
  for (const scope of SCOPES) await withToken(`an owner’s token for ${scope}`, 'owner', holder, [scope]);
  await withToken('an administrator’s token for manage', 'administrator', chief, ['manage']);
  await withToken('a viewer’s token for everything', 'viewer', reader, SCOPES);
});
afterAll(async () => {
  await db.destroy();
  await server.stop();
});

/** What the table of permissions says. */
function isExpected({ asks, also }: Route, caller: Caller, isOwn: boolean): boolean {
  if (asks === 'nothing') return true;
  if (also === 'app secret' && caller.isAppSecret) return isOwn;
  const { role, scopes, isLocal = false } = caller;
  if (role === undefined) return false;
  if (asks === 'account') return true;
  if (asks === 'person') return scopes === undefined && !isLocal;
  if (asks === 'local') return isLocal;
  const { role: least, scope } = PERMISSIONS[asks];
  const hasPart = isOwn || role === 'administrator' || least === 'administrator';
  const isEnough = ROLES.indexOf(role) >= ROLES.indexOf(least);
  const isInScope = scopes === undefined || (scope !== null && scopes.includes(scope));
  return hasPart && isEnough && isInScope;
}

const REFUSED = new Set(['NOT_SIGNED_IN', 'NO_ACCESS', 'WRONG_KEY']);

const fill = (text: string, appid: string) =>
  text
    .replace(':app', appid)
    .replace(':component', COMPONENT)
    .replace(':issue', '0'.repeat(16))
    .replace(/:\w+/g, 'none');

let addresses = 0;
/** Whether somebody was let in, whatever they were answered then. */
async function isLetIn(name: string, { query, body }: Route, caller: Caller, appid: string): Promise<boolean> {
  const [method, path] = name.split(' ') as ['GET' | 'POST' | 'PUT', string];
  addresses += 1;
  const response = await server.app.inject({
    method,
    url: fill(`${path}${query === undefined ? '' : `?${query}`}`, appid),
    remoteAddress: `10.${addresses >> 16}.${(addresses >> 8) & 255}.${addresses & 255}`,
    headers: { 'content-type': 'application/json', ...(await caller.headers()) },
    ...(body !== undefined && { payload: JSON.stringify(body) }),
  });
  const isRefusal = response.statusCode === 401 || response.statusCode === 403;
  return !(isRefusal && REFUSED.has(response.json().code));
}

const namesOf = ({ method, url }: RouteOptions) => [method].flat().map((one) => `${one} ${url}`);
/** Where cloud calls go, which are signed. */
const CLOUD = '/admin';
/** WeChat's own paths, whose callers have access tokens: their own tests ask all of them. */
const isWechat = (name: string) => [...ROOTS, CLOUD].some((root) => ` ${name.split(' ')[1]}/`.startsWith(` ${root}/`));
/** The files of the dashboard, where it is built. */
const isFile = (name: string) => name === 'GET /*';
const ofOurs = () =>
  found
    .flatMap(namesOf)
    .filter((name) => !/^(HEAD|OPTIONS) /.test(name) && !isWechat(name) && !isFile(name) && !ELSEWHERE.has(name));

test('every route is in the table above, and nothing else is', () => {
  expect([...new Set(ofOurs())].sort()).toEqual(Object.keys(ROUTES).sort());
});

test('every route that changes something is written into the audit log', () => {
  const unwritten = found
    .filter(({ config }) => config?.audit === undefined)
    .flatMap(namesOf)
    .filter((name) => /^(POST|PUT|PATCH|DELETE) /.test(name) && !isWechat(name));
  expect(unwritten.sort()).toEqual([...UNWRITTEN].sort());
});

test.each(Object.entries(ROUTES))('%s lets in who may, and nobody else', async (name, route) => {
  const said: string[] = [];
  for (const caller of callers)
    for (const [appid, whose] of [
      [OWN, 'own'],
      [FOREIGN, 'foreign'],
    ] as const) {
      const letIn = await isLetIn(name, route, caller, appid);
      if (letIn !== isExpected(route, caller, whose === 'own'))
        said.push(`${caller.name} ${letIn ? 'was let in to' : 'was refused at'} the ${whose} app`);
    }
  expect(said).toEqual([]);
});

test('what each role may is what people were told', () => {
  const least = Object.fromEntries(Object.entries(PERMISSIONS).map(([action, { role }]) => [action, role]));
  expect(least).toEqual({
    readReports: 'viewer',
    readRecords: 'viewer',
    import: 'editor',
    configureAgents: 'editor',
    changePush: 'editor',
    judgeIssues: 'editor',
    recompute: 'owner',
    manageAccess: 'owner',
    changeKeeping: 'owner',
    erase: 'owner',
    readAudit: 'owner',
    manageMembers: 'owner',
    addApps: 'administrator',
    manageComponents: 'administrator',
    chooseUpstreams: 'administrator',
    operate: 'administrator',
    manageUsers: 'administrator',
  });
  const unscoped = Object.entries(PERMISSIONS).filter(([, { scope }]) => scope === null);
  expect(unscoped.map(([action]) => action)).toEqual(['manageMembers', 'manageUsers']);
});
