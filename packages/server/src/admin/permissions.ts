import { APP_ROLES, type AppRole, type Scope } from '@minilens/wire/accounts-api';

/** Whoever is more may do what who is less may. */
const ROLES = [...APP_ROLES, 'administrator'] as const;

interface Permission {
  /** Who may do it, at least. */
  role: (typeof ROLES)[number];
  /** The scope with which an API token may; null where none may, and a person has to be there. */
  scope: Scope | null;
}

/** What can be done with one app. An owner's part is what cannot be taken back, and who else has a part. */
const APP_PERMISSIONS = {
  /** Numbers, and how the app is installed and kept. */
  readReports: { role: 'viewer', scope: 'read:reports' },
  /** Single events, with users and addresses in them. */
  readRecords: { role: 'viewer', scope: 'read:records' },
  import: { role: 'editor', scope: 'import' },
  configureAgents: { role: 'editor', scope: 'manage' },
  changePush: { role: 'editor', scope: 'manage' },
  /** Whether an error is resolved, or of no interest. */
  judgeIssues: { role: 'editor', scope: 'manage' },
  recompute: { role: 'owner', scope: 'manage' },
  /** Secrets, keys, and who may call the WeChat APIs. */
  manageAccess: { role: 'owner', scope: 'manage' },
  changeKeeping: { role: 'owner', scope: 'manage' },
  erase: { role: 'owner', scope: 'manage' },
  readAudit: { role: 'owner', scope: 'manage' },
  manageMembers: { role: 'owner', scope: null },
} as const satisfies Record<string, Permission>;

/** What concerns the whole server. */
const SERVER_PERMISSIONS = {
  addApps: { role: 'administrator', scope: 'manage' },
  manageComponents: { role: 'administrator', scope: 'manage' },
  /** Where pushed messages are passed on to. */
  chooseUpstreams: { role: 'administrator', scope: 'manage' },
  /** Its health, its numbers about itself, and the whole audit log. */
  operate: { role: 'administrator', scope: 'manage' },
  manageUsers: { role: 'administrator', scope: null },
} as const satisfies Record<string, Permission>;

/** Who may do what: the one table that all routes go by. */
export const PERMISSIONS: Readonly<Record<AppAction | ServerAction, Permission>> = {
  ...APP_PERMISSIONS,
  ...SERVER_PERMISSIONS,
};

export type AppAction = keyof typeof APP_PERMISSIONS;
export type ServerAction = keyof typeof SERVER_PERMISSIONS;
export type AccountRole = 'administrator' | 'member';

/** Whether a role is enough. A member of the server alone has none. */
export const mayDo = (role: AppRole | AccountRole, action: AppAction | ServerAction): boolean =>
  rank(role) >= rank(PERMISSIONS[action].role);

/** The least role of an app that is enough, in the word people know. */
export const neededFor = (action: AppAction): string => PERMISSIONS[action].role;

export const higherRole = (one: AppRole, other: AppRole): AppRole => (rank(one) > rank(other) ? one : other);

const rank = (role: AppRole | AccountRole): number => ROLES.indexOf(role as (typeof ROLES)[number]);
