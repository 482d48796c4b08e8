import type { FastifyReply, FastifyRequest } from 'fastify';
import { publicOrigin } from '../http/public-origin.js';
import { SESSION_MS } from './sessions.js';

export const LOGIN_COOKIE = 'minilens_login';

/** Cookies leave browsers over HTTPS only, wherever people reach the server so. */
export const isSecureFor = (request: FastifyRequest, publicUrl: string | undefined): boolean =>
  request.protocol === 'https' || publicOrigin(request, publicUrl).startsWith('https:');

/** Hands a session's token to the browser, where no script can read it and no other site can use it. */
export function setLoginCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  token: string,
  publicUrl: string | undefined,
): void {
  reply.setCookie(LOGIN_COOKIE, token, {
    path: '/',
    httpOnly: true,
    sameSite: 'strict',
    secure: isSecureFor(request, publicUrl),
    maxAge: SESSION_MS / 1000,
  });
}

export const clearLoginCookie = (reply: FastifyReply): void => {
  reply.clearCookie(LOGIN_COOKIE, { path: '/' });
};
