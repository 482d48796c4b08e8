import type { AppRole, AuditAction } from '@minilens/wire/accounts-api';
import type { PushSettings } from '@minilens/wire/push-report';
import type { IssueState } from '@minilens/wire/records';
import type { SecurityMode } from '@minilens/wire/wechat-keys';
import type { Generated } from 'kysely';
import type { AccessTokensTable } from '../wechat/access-tokens.js';
import type { ComponentCodesTable } from '../wechat/component-codes.js';
import type { AuthorizationsTable, ComponentsTable } from '../wechat/components.js';
import type { FailedCallsTable } from '../wechat/failed-calls.js';
import type { ApiUsageTable, QuotaClearsTable } from '../wechat/quotas.js';

/** Everything that is not an event. Moments are Unix ms; secrets, tokens and passwords are hashes, or sealed where they must be read back. */
export interface Tables {
  users: UsersTable;
  login_sessions: LoginSessionsTable;
  second_factors: SecondFactorsTable;
  recovery_codes: RecoveryCodesTable;
  password_resets: PasswordResetsTable;
  oidc_identities: OidcIdentitiesTable;
  invitations: InvitationsTable;
  api_tokens: ApiTokensTable;
  audit_log: AuditLogTable;
  apps: AppsTable;
  members: MembersTable;
  access_tokens: AccessTokensTable;
  session_ledgers: SessionLedgersTable;
  settled_blocks: SettledBlocksTable;
  setup_links: SetupLinksTable;
  rollup_ids: RollupIdsTable;
  erasures: ErasuresTable;
  components: ComponentsTable;
  authorizations: AuthorizationsTable;
  component_codes: ComponentCodesTable;
  api_usage: ApiUsageTable;
  quota_clears: QuotaClearsTable;
  failed_calls: FailedCallsTable;
  wechat_security: WechatSecurityTable;
  wechat_keys: WechatKeysTable;
  used_messages: UsedMessagesTable;
  push_settings: PushSettingsTable;
  issue_states: IssueStatesTable;
}

export interface UsersTable {
  id: string;
  login: string;
  /** Empty where its owner signs in with OpenID Connect only. */
  password_hash: string;
  /** Administrators read and change everything here; members what they have a role for: see admin/permissions.ts. */
  role: 'administrator' | 'member';
  created_at: number;
}

/** Who is signed in, with which browser. */
export interface LoginSessionsTable {
  /** How its owner names it; of no use to sign in. */
  id: string;
  token_hash: string;
  user_id: string;
  created_at: number;
  /** When it was last used; some minutes older at most. */
  seen_at: number;
  ends_at: number;
  user_agent: string;
  ip: string;
}

export interface SecondFactorsTable {
  user_id: string;
  /** The secret, see sealed-columns.ts. */
  sealed: string;
  /** Null until its owner has shown that they can make codes. */
  confirmed_at: number | null;
  /** Of the last code that was used, the number of its half minute: no code counts twice. */
  last_step: number;
}

export interface RecoveryCodesTable {
  user_id: string;
  code_hash: string;
}

/** Links with which somebody who forgot their password chooses another. */
export interface PasswordResetsTable {
  token_hash: string;
  user_id: string;
  ends_at: number;
}

/** Whom the OpenID Connect provider calls by which name. */
export interface OidcIdentitiesTable {
  issuer: string;
  subject: string;
  user_id: string;
  created_at: number;
}

/** Links that make somebody a member of an app, or give them an account: see admin/invitations.ts. */
export interface InvitationsTable {
  id: string;
  token_hash: string;
  /** Null for an account without apps. */
  appid: string | null;
  /** Of the app; of the account where there is none. */
  role: AppRole | UsersTable['role'];
  /** What the account will be called; null where its owner chooses. */
  login: string | null;
  /** Null when the command line made it. */
  made_by: string | null;
  created_at: number;
  ends_at: number;
}

export interface ApiTokensTable {
  id: string;
  token_hash: string;
  /** Whoever made it: it may do nothing that they may not. */
  user_id: string;
  name: string;
  /** JSON of Scope[]. */
  scopes: string;
  /** JSON of AppIDs; null for all apps of its maker. */
  apps: string | null;
  created_at: number;
  ends_at: number;
  used_at: number | null;
}

export interface AuditLogTable {
  id: string;
  at: number;
  who: string;
  action: AuditAction;
  appid: string | null;
  about: string;
  ip: string;
}

export interface AppsTable {
  appid: string;
  name: string;
  secret_hash: string;
  /** In every copy of the Mini Program, so no secret: it says which app a batch claims to be of. */
  agent_key: string;
  timezone: string;
  created_at: number;
  /** JSON of the remote configuration of its agents; null where there is none. */
  agent_config: string | null;
  /** Days that events and rollups are kept; null for the default. */
  events_days: number | null;
  rollups_days: number | null;
  /** Events of sessions before are not taken any more; null while all are. Unix ms. */
  events_from: number | null;
  /** Events before this moment are not there any more; null where all are. Unix ms. */
  events_gone: number | null;
  /** The secret before the last rotation, which works until that moment (Unix ms); null where there is none. */
  old_secret_hash: string | null;
  old_secret_until: number | null;
  /** Since when the secret is frozen; null while it is not. */
  frozen_at: number | null;
  /** JSON of the addresses and networks the WeChat APIs are called from; null for any. */
  addresses: string | null;
  /** JSON of the WeChat permission sets of the account; null for all. */
  permissions: string | null;
  /** Calls of one WeChat API a day and a minute; null for the default. */
  daily_quota: number | null;
  minute_quota: number | null;
}

export interface MembersTable {
  user_id: string;
  appid: string;
  role: Generated<AppRole>;
  since: Generated<number>;
}

/** What all collectors together know of a session: see collect/shared-ledger.ts. In use on PostgreSQL only. */
export interface SessionLedgersTable {
  app: string;
  session: string;
  high: number;
  /** JSON of `[first, last][]`. */
  gaps: string;
  session_at: number;
  /** Days since the epoch. */
  day: number;
}

/** What was decided of the block that a spool last brought. In use on PostgreSQL only. */
export interface SettledBlocksTable {
  /** The spool's id. */
  spool: string;
  token: string;
  /** JSON of a Verdict. */
  verdict: string;
  day: number;
}

/** Links that make the first account, one for each start of a process while there is none. */
export interface SetupLinksTable {
  token_hash: string;
  expires_at: number;
}

/** One row, once the first rollup was computed. */
export interface RollupIdsTable {
  only: 1;
  /** Greater than every id given out. */
  next: number;
}

/** Users whose data was erased. */
export interface ErasuresTable {
  appid: string;
  user_hash: string;
  /** Sessions that began before are not taken any more. */
  erased_at: number;
  /** JSON of the hours (Unix seconds) it is known to concern, until it is done; null then. */
  open_hours: string | null;
}

/** Apps whose calls may or must be signed and encrypted. */
export interface WechatSecurityTable {
  appid: string;
  mode: SecurityMode;
}

/** Keys of signature and encryption, and credentials of cloud calls: see wechat/security/wechat-keys.ts. */
export interface WechatKeysTable {
  appid: string;
  kind: 'symmetric' | 'developer' | 'platform' | 'cloud';
  serial: string;
  algorithm: string;
  /** PEM: a public key, or the platform's certificate. */
  public_key: string | null;
  /** The secret half, see sealed-columns.ts; null where its owner alone has it. */
  sealed: string | null;
  created_at: number;
  /** When it no longer counts; null while nothing replaces it. */
  ends_at: number | null;
}

/** Signed messages that came once already. */
export interface UsedMessagesTable {
  hash: string;
  ends_at: number;
}

/** How the messages of an app are passed on: see push/push-settings.ts. */
export interface PushSettingsTable {
  appid: string;
  /** Null: nothing is passed on. */
  upstream: string | null;
  format: PushSettings['format'];
  mode: PushSettings['mode'];
  /** Sealed, see sealed-columns.ts. */
  token: string | null;
  aes_key: string | null;
  /** 1 or 0. */
  cover_late: number;
  keep_content: number;
}

/** What was said of issues that are not, or were not, simply open. */
export interface IssueStatesTable {
  appid: string;
  issue: string;
  state: IssueState['state'];
  /** In which it was resolved; else empty. */
  version: string;
  changed_at: number;
  /** Login of whoever said so. */
  changed_by: string;
}
