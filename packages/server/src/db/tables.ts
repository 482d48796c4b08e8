import type { AccessTokensTable } from '../wechat/access-tokens.js';

/** Everything that is not an event. Moments are Unix ms; secrets, tokens and passwords are hashes. */
export interface Tables {
  users: UsersTable;
  login_sessions: LoginSessionsTable;
  apps: AppsTable;
  members: MembersTable;
  access_tokens: AccessTokensTable;
  erasures: ErasuresTable;
}

export interface UsersTable {
  id: string;
  login: string;
  password_hash: string;
  /** Owners read and change everything here; members read the apps they were given. */
  role: 'owner' | 'member';
  created_at: number;
}

export interface LoginSessionsTable {
  token_hash: string;
  user_id: string;
  expires_at: number;
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
  /** Events of sessions before are gone, and none are taken any more; null while all are there. */
  events_from: number | null;
}

export interface MembersTable {
  user_id: string;
  appid: string;
}

/** Users whose data was erased. */
export interface ErasuresTable {
  appid: string;
  user_hash: string;
  /** Sessions that began before are not taken any more. */
  erased_at: number;
}
