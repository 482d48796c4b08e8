import type {
  AcceptBody,
  ApiToken,
  EnrolBody,
  LoginBody,
  Me,
  NewApiToken,
  NewApiTokenBody,
  NewSecondFactor,
  OidcState,
  OpenInvitation,
  PasswordBody,
  RecoveryCodes,
  ResetBody,
  Session,
} from '@minilens/wire/accounts-api';
import { type FakeAnswer, ok, refuse } from './fake-answer.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

interface Asked {
  method: string;
  pathname: string;
  body: unknown;
  isSignedOut: boolean;
  account: Me;
  /** What an invitation is to. */
  app: string;
  nowMs: number;
}

/** Signing in and one's own account. Undefined for what is about something else. */
export function answerAccount({
  method,
  pathname,
  body,
  isSignedOut,
  account,
  app,
  nowMs,
}: Asked): FakeAnswer | undefined {
  const wrong = () => refuse(401, 'WRONG_LOGIN', 'The name or the password is wrong.');
  const wrongCode = () => refuse(401, 'SECOND_FACTOR', 'The code is wrong.');
  switch (`${method} ${pathname}`) {
    case 'POST /login': {
      const { password, code } = body as LoginBody;
      if (password === 'wrong password') return wrong();
      return password === 'with a code' && code !== '123456' ? wrongCode() : ok<Me>(account);
    }
    case 'GET /oidc':
      return ok<OidcState>({ isOffered: true });
    case 'POST /invitations/look': {
      const { token } = body as AcceptBody;
      if (token === 'over') return refuse(403, 'LINK_ENDED', 'This link is over.');
      const isToServer = token === 'to-server';
      return ok<OpenInvitation>({
        app: isToServer ? null : { appid: app, name: 'Corner Shop' },
        role: isToServer ? null : 'editor',
        login: isToServer ? 'mei' : null,
        endsAt: nowMs + 6 * DAY_MS,
      });
    }
    case 'POST /invitations/accept':
      return (body as AcceptBody).login === 'lin'
        ? refuse(409, 'LOGIN_TAKEN', 'Somebody is called lin already.')
        : ok<Me>(account);
    case 'POST /password/reset':
      return (body as ResetBody).token === 'over' ? refuse(403, 'LINK_ENDED', 'This link is over.') : ok({});
  }
  if (isSignedOut) return undefined;
  switch (`${method} ${pathname}`) {
    case 'POST /password':
      return (body as PasswordBody).current === 'wrong password' ? wrong() : ok({});
    case 'GET /sessions':
      return ok<Session[]>([
        session('s1', true, 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/131.0.0.0 Safari/537.36', 0),
        session('s2', false, 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1) Version/18.1 Mobile Safari/604.1', 3 * HOUR_MS),
        session('s3', false, '', 2 * DAY_MS),
      ]);
    case 'POST /second-factor':
      return (body as EnrolBody).password === 'wrong password'
        ? wrong()
        : ok<NewSecondFactor>({
            secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
            uri: 'otpauth://totp/Minilens:lin?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Minilens',
          });
    case 'POST /second-factor/confirm':
      return (body as { code: string }).code === '123456'
        ? ok<RecoveryCodes>({ recoveryCodes: ['h7kq-2mzr', '9wpd-4xtc', 'b3nf-8gva', 'e6js-1ylu'] })
        : wrongCode();
    case 'POST /second-factor/disable':
      return (body as { code: string }).code === '123456' ? ok({}) : wrongCode();
    case 'GET /tokens':
      return ok<ApiToken[]>([
        { id: 't1', name: 'Nightly report', scopes: ['read:reports'], apps: null, ...moments(40, 2 * HOUR_MS) },
        {
          id: 't2',
          name: 'Import from the old system',
          scopes: ['import', 'read:records'],
          apps: [app],
          ...moments(3),
        },
      ]);
    case 'POST /tokens': {
      const { days, ...rest } = body as NewApiTokenBody;
      const token = 'mlt_4vJ8tqWnYb2XcR6sLdK9fHgP3zMa7eUo';
      return ok<NewApiToken>({
        id: 't3',
        ...rest,
        createdAt: nowMs,
        endsAt: nowMs + days * DAY_MS,
        usedAt: null,
        token,
      });
    }
  }
  return /^\/(sessions|tokens)\/\w+\/end$/.test(pathname) ? ok({}) : undefined;

  function session(id: string, isThis: boolean, userAgent: string, agoMs: number): Session {
    const seenAt = nowMs - agoMs;
    return {
      id,
      isThis,
      userAgent,
      ip: isThis ? '203.0.113.7' : '2001:db8::42',
      seenAt,
      createdAt: seenAt - 5 * DAY_MS,
      endsAt: seenAt + 25 * DAY_MS,
    };
  }

  function moments(daysAgo: number, usedAgoMs?: number) {
    const createdAt = nowMs - daysAgo * DAY_MS;
    return { createdAt, endsAt: createdAt + 90 * DAY_MS, usedAt: usedAgoMs === undefined ? null : nowMs - usedAgoMs };
  }
}
