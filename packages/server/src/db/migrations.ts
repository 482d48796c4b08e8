import type { Kysely, Migration } from 'kysely';

/** Forward only. A released migration is never edited. */
export const MIGRATIONS: Record<string, Migration> = {
  '0001-main-road': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('users')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('login', 'text', (column) => column.notNull().unique())
        .addColumn('password_hash', 'text', (column) => column.notNull())
        .addColumn('role', 'text', (column) => column.notNull())
        .addColumn('created_at', 'bigint', (column) => column.notNull())
        .execute();
      await db.schema
        .createTable('login_sessions')
        .addColumn('token_hash', 'text', (column) => column.primaryKey())
        .addColumn('user_id', 'text', (column) => column.notNull().references('users.id').onDelete('cascade'))
        .addColumn('expires_at', 'bigint', (column) => column.notNull())
        .execute();
      await db.schema
        .createTable('apps')
        .addColumn('appid', 'text', (column) => column.primaryKey())
        .addColumn('name', 'text', (column) => column.notNull())
        .addColumn('secret_hash', 'text', (column) => column.notNull())
        .addColumn('agent_key', 'text', (column) => column.notNull())
        .addColumn('timezone', 'text', (column) => column.notNull())
        .addColumn('created_at', 'bigint', (column) => column.notNull())
        .execute();
      await db.schema
        .createTable('members')
        .addColumn('user_id', 'text', (column) => column.notNull().references('users.id').onDelete('cascade'))
        .addColumn('appid', 'text', (column) => column.notNull().references('apps.appid').onDelete('cascade'))
        .addPrimaryKeyConstraint('members_key', ['user_id', 'appid'])
        .execute();
      await db.schema
        .createTable('access_tokens')
        .addColumn('token_hash', 'text', (column) => column.primaryKey())
        .addColumn('appid', 'text', (column) => column.notNull())
        .addColumn('issued_at', 'bigint', (column) => column.notNull())
        .addColumn('expires_at', 'bigint', (column) => column.notNull())
        .addColumn('superseded_at', 'bigint')
        .execute();
      await db.schema.createIndex('access_tokens_appid').on('access_tokens').column('appid').execute();
    },
  },
  '0002-agent-config': {
    async up(db: Kysely<unknown>) {
      await db.schema.alterTable('apps').addColumn('agent_config', 'text').execute();
    },
  },
  '0003-several-processes': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('session_ledgers')
        .addColumn('app', 'text', (column) => column.notNull())
        .addColumn('session', 'text', (column) => column.notNull())
        .addColumn('high', 'bigint', (column) => column.notNull())
        .addColumn('gaps', 'text', (column) => column.notNull())
        .addColumn('session_at', 'bigint', (column) => column.notNull())
        .addColumn('day', 'integer', (column) => column.notNull())
        .addPrimaryKeyConstraint('session_ledgers_key', ['app', 'session'])
        .execute();
      await db.schema.createIndex('session_ledgers_day').on('session_ledgers').column('day').execute();
      await db.schema
        .createTable('settled_blocks')
        .addColumn('spool', 'text', (column) => column.primaryKey())
        .addColumn('token', 'text', (column) => column.notNull())
        .addColumn('verdict', 'text', (column) => column.notNull())
        .addColumn('day', 'integer', (column) => column.notNull())
        .execute();
      await db.schema
        .createTable('setup_links')
        .addColumn('token_hash', 'text', (column) => column.primaryKey())
        .addColumn('expires_at', 'bigint', (column) => column.notNull())
        .execute();
      await db.schema
        .createTable('rollup_ids')
        .addColumn('only', 'integer', (column) => column.primaryKey())
        .addColumn('next', 'bigint', (column) => column.notNull())
        .execute();
    },
  },
  '0004-keeping': {
    async up(db: Kysely<unknown>) {
      for (const column of ['events_days', 'rollups_days'] as const)
        await db.schema.alterTable('apps').addColumn(column, 'integer').execute();
      for (const column of ['events_from', 'events_gone'] as const)
        await db.schema.alterTable('apps').addColumn(column, 'bigint').execute();
      await db.schema
        .createTable('erasures')
        .addColumn('appid', 'text', (column) => column.notNull().references('apps.appid').onDelete('cascade'))
        .addColumn('user_hash', 'text', (column) => column.notNull())
        .addColumn('erased_at', 'bigint', (column) => column.notNull())
        .addPrimaryKeyConstraint('erasures_key', ['appid', 'user_hash'])
        .execute();
    },
  },
  '0005-wechat-access': {
    async up(db: Kysely<unknown>) {
      for (const column of ['old_secret_hash', 'addresses', 'permissions'] as const)
        await db.schema.alterTable('apps').addColumn(column, 'text').execute();
      for (const column of ['old_secret_until', 'frozen_at', 'daily_quota', 'minute_quota'] as const)
        await db.schema.alterTable('apps').addColumn(column, 'bigint').execute();

      await db.schema
        .alterTable('access_tokens')
        .addColumn('kind', 'text', (column) => column.notNull().defaultTo('account'))
        .execute();
      for (const column of ['component', 'secret_hash', 'salt'] as const)
        await db.schema.alterTable('access_tokens').addColumn(column, 'text').execute();
      await db.schema
        .alterTable('access_tokens')
        .addColumn('forced', 'integer', (column) => column.notNull().defaultTo(0))
        .execute();

      await db.schema
        .createTable('components')
        .addColumn('appid', 'text', (column) => column.primaryKey())
        .addColumn('name', 'text', (column) => column.notNull())
        .addColumn('secret_hash', 'text', (column) => column.notNull())
        .addColumn('old_secret_hash', 'text')
        .addColumn('old_secret_until', 'bigint')
        .addColumn('key_id', 'text', (column) => column.notNull())
        .addColumn('addresses', 'text')
        .addColumn('event_url', 'text')
        .addColumn('created_at', 'bigint', (column) => column.notNull())
        .execute();
      await db.schema
        .createTable('authorizations')
        .addColumn('component', 'text', (column) => column.notNull().references('components.appid').onDelete('cascade'))
        .addColumn('appid', 'text', (column) => column.notNull().references('apps.appid').onDelete('cascade'))
        .addColumn('permissions', 'text', (column) => column.notNull())
        .addColumn('salt', 'text', (column) => column.notNull())
        .addColumn('authorized_at', 'bigint', (column) => column.notNull())
        .addPrimaryKeyConstraint('authorizations_key', ['component', 'appid'])
        .execute();
      await db.schema
        .createTable('component_codes')
        .addColumn('code_hash', 'text', (column) => column.primaryKey())
        .addColumn('kind', 'text', (column) => column.notNull())
        .addColumn('component', 'text', (column) => column.notNull().references('components.appid').onDelete('cascade'))
        .addColumn('appid', 'text')
        .addColumn('expires_at', 'bigint', (column) => column.notNull())
        .execute();

      await db.schema
        .createTable('api_usage')
        .addColumn('appid', 'text', (column) => column.notNull())
        .addColumn('path', 'text', (column) => column.notNull())
        .addColumn('day', 'integer', (column) => column.notNull())
        .addColumn('used', 'bigint', (column) => column.notNull())
        .addPrimaryKeyConstraint('api_usage_key', ['appid', 'path', 'day'])
        .execute();
      await db.schema
        .createTable('quota_clears')
        .addColumn('appid', 'text', (column) => column.notNull())
        .addColumn('month', 'text', (column) => column.notNull())
        .addColumn('cleared', 'integer', (column) => column.notNull())
        .addPrimaryKeyConstraint('quota_clears_key', ['appid', 'month'])
        .execute();

      await db.schema
        .createTable('failed_calls')
        .addColumn('rid', 'text', (column) => column.primaryKey())
        .addColumn('appid', 'text', (column) => column.notNull())
        .addColumn('at', 'bigint', (column) => column.notNull())
        .addColumn('cost_ms', 'integer', (column) => column.notNull())
        .addColumn('url', 'text', (column) => column.notNull())
        .addColumn('request_body', 'text', (column) => column.notNull())
        .addColumn('response_body', 'text', (column) => column.notNull())
        .addColumn('client_ip', 'text', (column) => column.notNull())
        .execute();
      await db.schema.createIndex('failed_calls_appid').on('failed_calls').columns(['appid', 'at']).execute();
    },
  },
  '0006-wechat-keys': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('wechat_security')
        .addColumn('appid', 'text', (column) => column.primaryKey().references('apps.appid').onDelete('cascade'))
        .addColumn('mode', 'text', (column) => column.notNull())
        .execute();
      await db.schema
        .createTable('wechat_keys')
        .addColumn('appid', 'text', (column) => column.notNull().references('apps.appid').onDelete('cascade'))
        .addColumn('kind', 'text', (column) => column.notNull())
        .addColumn('serial', 'text', (column) => column.notNull())
        .addColumn('algorithm', 'text', (column) => column.notNull())
        .addColumn('public_key', 'text')
        .addColumn('sealed', 'text')
        .addColumn('created_at', 'bigint', (column) => column.notNull())
        .addColumn('ends_at', 'bigint')
        .addPrimaryKeyConstraint('wechat_keys_key', ['appid', 'kind', 'serial'])
        .execute();
      await db.schema.createIndex('wechat_keys_serial').on('wechat_keys').column('serial').execute();
      await db.schema
        .createTable('used_messages')
        .addColumn('hash', 'text', (column) => column.primaryKey())
        .addColumn('ends_at', 'bigint', (column) => column.notNull())
        .execute();
      await db.schema.createIndex('used_messages_ends_at').on('used_messages').column('ends_at').execute();
    },
  },
  '0007-push-settings': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('push_settings')
        .addColumn('appid', 'text', (column) => column.primaryKey().references('apps.appid').onDelete('cascade'))
        .addColumn('upstream', 'text')
        .addColumn('format', 'text', (column) => column.notNull())
        .addColumn('mode', 'text', (column) => column.notNull())
        .addColumn('token', 'text')
        .addColumn('aes_key', 'text')
        .addColumn('cover_late', 'integer', (column) => column.notNull())
        .addColumn('keep_content', 'integer', (column) => column.notNull())
        .execute();
    },
  },
  '0008-accounts': {
    async up(db: Kysely<unknown>) {
      const users = db as Kysely<{ users: { role: string } }>;
      await users.updateTable('users').set({ role: 'administrator' }).where('role', '=', 'owner').execute();
      await db.schema
        .alterTable('members')
        .addColumn('role', 'text', (column) => column.notNull().defaultTo('viewer'))
        .execute();
      await db.schema
        .alterTable('members')
        .addColumn('since', 'bigint', (column) => column.notNull().defaultTo(0))
        .execute();

      // Who was signed in signs in once more: the older ones lack what is shown and checked now.
      await db.schema.dropTable('login_sessions').execute();
      await db.schema
        .createTable('login_sessions')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('token_hash', 'text', (column) => column.notNull().unique())
        .addColumn('user_id', 'text', (column) => column.notNull().references('users.id').onDelete('cascade'))
        .addColumn('created_at', 'bigint', (column) => column.notNull())
        .addColumn('seen_at', 'bigint', (column) => column.notNull())
        .addColumn('ends_at', 'bigint', (column) => column.notNull())
        .addColumn('user_agent', 'text', (column) => column.notNull())
        .addColumn('ip', 'text', (column) => column.notNull())
        .execute();
      await db.schema.createIndex('login_sessions_user').on('login_sessions').column('user_id').execute();

      await db.schema
        .createTable('second_factors')
        .addColumn('user_id', 'text', (column) => column.primaryKey().references('users.id').onDelete('cascade'))
        .addColumn('sealed', 'text', (column) => column.notNull())
        .addColumn('confirmed_at', 'bigint')
        .addColumn('last_step', 'bigint', (column) => column.notNull())
        .execute();
      await db.schema
        .createTable('recovery_codes')
        .addColumn('user_id', 'text', (column) => column.notNull().references('users.id').onDelete('cascade'))
        .addColumn('code_hash', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('recovery_codes_key', ['user_id', 'code_hash'])
        .execute();
      await db.schema
        .createTable('password_resets')
        .addColumn('token_hash', 'text', (column) => column.primaryKey())
        .addColumn('user_id', 'text', (column) => column.notNull().references('users.id').onDelete('cascade'))
        .addColumn('ends_at', 'bigint', (column) => column.notNull())
        .execute();
      await db.schema
        .createTable('oidc_identities')
        .addColumn('issuer', 'text', (column) => column.notNull())
        .addColumn('subject', 'text', (column) => column.notNull())
        .addColumn('user_id', 'text', (column) => column.notNull().references('users.id').onDelete('cascade'))
        .addColumn('created_at', 'bigint', (column) => column.notNull())
        .addPrimaryKeyConstraint('oidc_identities_key', ['issuer', 'subject'])
        .execute();

      await db.schema
        .createTable('invitations')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('token_hash', 'text', (column) => column.notNull().unique())
        .addColumn('appid', 'text', (column) => column.references('apps.appid').onDelete('cascade'))
        .addColumn('role', 'text', (column) => column.notNull())
        .addColumn('login', 'text')
        .addColumn('made_by', 'text', (column) => column.references('users.id').onDelete('cascade'))
        .addColumn('created_at', 'bigint', (column) => column.notNull())
        .addColumn('ends_at', 'bigint', (column) => column.notNull())
        .execute();
      await db.schema
        .createTable('api_tokens')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('token_hash', 'text', (column) => column.notNull().unique())
        .addColumn('user_id', 'text', (column) => column.notNull().references('users.id').onDelete('cascade'))
        .addColumn('name', 'text', (column) => column.notNull())
        .addColumn('scopes', 'text', (column) => column.notNull())
        .addColumn('apps', 'text')
        .addColumn('created_at', 'bigint', (column) => column.notNull())
        .addColumn('ends_at', 'bigint', (column) => column.notNull())
        .addColumn('used_at', 'bigint')
        .execute();
      await db.schema.createIndex('api_tokens_user').on('api_tokens').column('user_id').execute();

      // Without references: it outlives whom and what it is about.
      await db.schema
        .createTable('audit_log')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('at', 'bigint', (column) => column.notNull())
        .addColumn('who', 'text', (column) => column.notNull())
        .addColumn('action', 'text', (column) => column.notNull())
        .addColumn('appid', 'text')
        .addColumn('about', 'text', (column) => column.notNull())
        .addColumn('ip', 'text', (column) => column.notNull())
        .execute();
      await db.schema.createIndex('audit_log_at').on('audit_log').column('at').execute();
      await db.schema.createIndex('audit_log_app').on('audit_log').columns(['appid', 'at']).execute();
    },
  },
  '0009-issue-states': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('issue_states')
        .addColumn('appid', 'text', (column) => column.notNull().references('apps.appid').onDelete('cascade'))
        .addColumn('issue', 'text', (column) => column.notNull())
        .addColumn('state', 'text', (column) => column.notNull())
        .addColumn('version', 'text', (column) => column.notNull())
        .addColumn('changed_at', 'bigint', (column) => column.notNull())
        .addColumn('changed_by', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('issue_states_key', ['appid', 'issue'])
        .execute();
    },
  },
  '0010-open-erasures': {
    async up(db: Kysely<unknown>) {
      await db.schema.alterTable('erasures').addColumn('open_hours', 'text').execute();
    },
  },
};
