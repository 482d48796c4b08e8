import { type Static, type TSchema, Type } from 'typebox';
import { choice } from './choice.js';
import { AppSummary } from './report-api.js';

/**
 * Accounts and access: the part of `/api/v1/*` that says who somebody is and what they may do. Moments are Unix
 * milliseconds. Links, tokens and codes are shown once, where they are made, and stored as hashes.
 */

/** Of one app, the least first: who has one may do what those before it may. */
export const APP_ROLES = ['viewer', 'editor', 'owner'] as const;
export type AppRole = (typeof APP_ROLES)[number];

/** What an API token is good for, at most: never more than whoever made it may do. */
export const SCOPES = ['read:reports', 'read:records', 'import', 'manage'] as const;
export type Scope = (typeof SCOPES)[number];

/** What the audit log knows. */
export const AUDIT_ACTIONS = [
  'first_account',
  'login',
  'login_refused',
  'logout',
  'change_password',
  'reset_password',
  'end_session',
  'enrol_second_factor',
  'confirm_second_factor',
  'disable_second_factor',
  'link_identity',
  'make_token',
  'end_token',
  'invite',
  'withdraw_invitation',
  'accept_invitation',
  'change_member',
  'remove_member',
  'leave',
  'invite_user',
  'let_reset_password',
  'remove_user',
  'add_app',
  'configure_agents',
  'change_keeping',
  'change_push',
  'judge_issue',
  'change_access',
  'rotate_secret',
  'revoke_tokens',
  'make_keys',
  'rotate_key',
  'revoke_key',
  'change_security',
  'make_cloud_credentials',
  'add_component',
  'change_component',
  'rotate_component_secret',
  'authorize_component',
  'withdraw_component',
  'recompute',
  'erase',
  'export',
  'backup',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

const instantMs = Type.Integer({ description: 'Unit: ms since the Unix epoch' });
const orNull = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const role = choice(APP_ROLES, { description: 'Of one app; whoever is more may do what who is less may' });
const token = Type.String({ minLength: 1, maxLength: 128, description: 'What stands after # in the link' });
/** Printed on terminals and in addresses, so without blanks, control characters and marks that turn text around. */
const newLogin = Type.String({
  minLength: 3,
  maxLength: 64,
  pattern: '^[^\\s\\x00-\\x1f\\x7f-\\x9f\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff]+$',
});
const newPassword = Type.String({ minLength: 10, maxLength: 256 });
const password = Type.String({ minLength: 1, maxLength: 256 });
const code = Type.String({
  minLength: 6,
  maxLength: 32,
  description: 'Six digits of the authenticator app, or a recovery code',
});

/** Of lists that grow. */
const paging = {
  limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
  offset: Type.Integer({ minimum: 0, maximum: 100_000, default: 0 }),
};

// --- Signing in -------------------------------------------------------------------------------------------------

/** POST /api/v1/login. Refused with SECOND_FACTOR when only the code is missing: send all three then. */
export const LoginBody = Type.Object({
  login: Type.String({ minLength: 1, maxLength: 64 }),
  password,
  code: Type.Optional(code),
});
export type LoginBody = Static<typeof LoginBody>;

/** POST /api/v1/setup: the first account. The token is the one in the link on the terminal. */
export const SetupBody = Type.Object({
  token: Type.String({ minLength: 1, maxLength: 128 }),
  login: newLogin,
  password: newPassword,
});
export type SetupBody = Static<typeof SetupBody>;

/** GET /api/v1/setup: whether the first account is still to be made. */
export const SetupState = Type.Object({ needed: Type.Boolean() });
export type SetupState = Static<typeof SetupState>;

/** GET /api/v1/me */
export const Me = Type.Object({
  id: Type.String(),
  login: Type.String(),
  isAdministrator: Type.Boolean({ description: 'May add apps and accounts, and is an owner of every app' }),
  hasPassword: Type.Boolean({ description: 'False for who signs in with OpenID Connect only' }),
  hasSecondFactor: Type.Boolean(),
  apps: Type.Array(
    Type.Object({ ...AppSummary.properties, timezone: Type.String({ description: 'IANA name' }), role }),
  ),
});
export type Me = Static<typeof Me>;

// --- One's own account ------------------------------------------------------------------------------------------

/** POST /api/v1/password. All other sessions end. */
export const PasswordBody = Type.Object({ current: password, password: newPassword }, { additionalProperties: false });
export type PasswordBody = Static<typeof PasswordBody>;

/** POST /api/v1/password/reset: with the link of somebody's administrator. All sessions end. */
export const ResetBody = Type.Object({ token, password: newPassword }, { additionalProperties: false });
export type ResetBody = Static<typeof ResetBody>;

/** GET /api/v1/sessions, the last seen first. */
export const Session = Type.Object({
  id: Type.String(),
  isThis: Type.Boolean({ description: 'Whether it is the one that asks' }),
  createdAt: instantMs,
  seenAt: Type.Integer({ description: 'Some minutes old at most. Unit: ms since the Unix epoch' }),
  endsAt: instantMs,
  userAgent: Type.String({ description: 'What the browser calls itself' }),
  ip: Type.String({ description: 'From where it was begun' }),
});
export type Session = Static<typeof Session>;

/** POST /api/v1/second-factor: begins; nothing is asked for until it is confirmed. */
export const EnrolBody = Type.Object({ password }, { additionalProperties: false });
export type EnrolBody = Static<typeof EnrolBody>;
export const NewSecondFactor = Type.Object({
  secret: Type.String({ description: 'Base32, to be typed into an authenticator app' }),
  uri: Type.String({ description: 'otpauth: the same as an address, to be shown as a QR code' }),
});
export type NewSecondFactor = Static<typeof NewSecondFactor>;

/** POST /api/v1/second-factor/confirm and …/disable */
export const CodeBody = Type.Object({ code }, { additionalProperties: false });
export type CodeBody = Static<typeof CodeBody>;
export const RecoveryCodes = Type.Object({
  recoveryCodes: Type.Array(Type.String(), { description: 'Each signs in once in place of a code' }),
});
export type RecoveryCodes = Static<typeof RecoveryCodes>;

// --- API tokens -------------------------------------------------------------------------------------------------

const apiToken = {
  name: Type.String({ minLength: 1, maxLength: 64 }),
  scopes: Type.Array(choice(SCOPES), { minItems: 1, uniqueItems: true }),
  apps: orNull(
    Type.Array(Type.String({ maxLength: 18 }), { minItems: 1, maxItems: 1_000, description: 'null: all of the maker' }),
  ),
};

/** POST /api/v1/tokens */
export const NewApiTokenBody = Type.Object(
  { ...apiToken, days: Type.Integer({ minimum: 1, maximum: 366, description: 'How long it works. Unit: days' }) },
  { additionalProperties: false },
);
export type NewApiTokenBody = Static<typeof NewApiTokenBody>;

/** GET /api/v1/tokens: one's own. */
export const ApiToken = Type.Object({
  id: Type.String(),
  ...apiToken,
  createdAt: instantMs,
  endsAt: instantMs,
  usedAt: orNull(instantMs),
});
export type ApiToken = Static<typeof ApiToken>;
export const NewApiToken = Type.Object({
  ...ApiToken.properties,
  token: Type.String({ description: 'Sent as bearer token' }),
});
export type NewApiToken = Static<typeof NewApiToken>;

// --- Members and invitations ------------------------------------------------------------------------------------

/** GET /api/v1/apps/:app/members. Administrators are owners of every app and not listed for it. */
export const Member = Type.Object({ id: Type.String(), login: Type.String(), role, since: instantMs });
export type Member = Static<typeof Member>;

/** PUT /api/v1/apps/:app/members/:account, POST /api/v1/apps/:app/invitations */
export const RoleBody = Type.Object({ role }, { additionalProperties: false });
export type RoleBody = Static<typeof RoleBody>;

/** GET /api/v1/apps/:app/invitations */
export const Invitation = Type.Object({
  id: Type.String(),
  role,
  by: orNull(Type.String({ description: 'Login of who made it' })),
  createdAt: instantMs,
  endsAt: instantMs,
});
export type Invitation = Static<typeof Invitation>;

/** A link that works once. */
export const OneTimeLink = Type.Object({
  path: Type.String({ description: 'Below the address of the dashboard. What follows # never reaches a log' }),
  endsAt: instantMs,
});
export type OneTimeLink = Static<typeof OneTimeLink>;

/** POST /api/v1/invitations/look: what a link is for, before somebody accepts it. */
export const InvitationTokenBody = Type.Object({ token }, { additionalProperties: false });
export type InvitationTokenBody = Static<typeof InvitationTokenBody>;
export const OpenInvitation = Type.Object({
  app: orNull(AppSummary),
  role: orNull(role),
  login: orNull(Type.String({ description: 'What the new account will be called; null where its owner chooses' })),
  endsAt: instantMs,
});
export type OpenInvitation = Static<typeof OpenInvitation>;

/**
 * POST /api/v1/invitations/accept: whoever is signed in sends the token alone; anybody else makes an account with a
 * login, unless the invitation names one, and a password.
 */
export const AcceptBody = Type.Object(
  { token, login: Type.Optional(newLogin), password: Type.Optional(newPassword) },
  { additionalProperties: false },
);
export type AcceptBody = Static<typeof AcceptBody>;

// --- Accounts of this server ------------------------------------------------------------------------------------

/** GET /api/v1/users, for administrators. */
export const User = Type.Object({
  login: Type.String(),
  isAdministrator: Type.Boolean(),
  hasSecondFactor: Type.Boolean(),
  createdAt: instantMs,
  apps: Type.Array(Type.Object({ appid: Type.String(), role })),
});
export type User = Static<typeof User>;

/** POST /api/v1/users: invites somebody. */
export const NewUserBody = Type.Object(
  { login: newLogin, isAdministrator: Type.Boolean() },
  { additionalProperties: false },
);
export type NewUserBody = Static<typeof NewUserBody>;

// --- OpenID Connect ---------------------------------------------------------------------------------------------

/** GET /api/v1/oidc */
export const OidcState = Type.Object({ isOffered: Type.Boolean() });
export type OidcState = Static<typeof OidcState>;

/** POST /api/v1/oidc/start: with the token of an invitation, or to link the identity to who is signed in. */
export const OidcStartBody = Type.Object(
  {
    invitation: Type.Optional(token),
    link: Type.Optional(Type.Boolean({ description: 'Let that identity sign in to my account too' })),
    password: Type.Optional(
      Type.String({ minLength: 1, maxLength: 256, description: 'Mine, to link; where I have one' }),
    ),
  },
  { additionalProperties: false },
);
export type OidcStartBody = Static<typeof OidcStartBody>;
export const OidcStart = Type.Object({ url: Type.String({ description: 'Where the browser goes next' }) });
export type OidcStart = Static<typeof OidcStart>;

/** Why the browser comes back to `/login?refused=…` without being signed in. */
export const OIDC_REFUSALS = ['not_invited', 'expired', 'failed', 'in_use'] as const;
export type OidcRefusal = (typeof OIDC_REFUSALS)[number];

// --- Audit log --------------------------------------------------------------------------------------------------

/** GET /api/v1/audit and /api/v1/apps/:app/audit, newest first. */
export const AuditQuery = Type.Object(paging);
export const AuditEntry = Type.Object({
  at: instantMs,
  who: Type.String({ description: 'Login, with the name of the API token where one was used; or the command line' }),
  action: choice(AUDIT_ACTIONS),
  app: orNull(Type.String({ description: 'AppID' })),
  about: Type.String({ description: 'On whom or on what; never a secret' }),
  ip: Type.String(),
});
export type AuditEntry = Static<typeof AuditEntry>;
export const AuditList = Type.Object({ total: Type.Integer({ minimum: 0 }), items: Type.Array(AuditEntry) });
export type AuditList = Static<typeof AuditList>;
