import { timingSafeEqual } from 'node:crypto';
import { TICKET_LIFE_S, TICKET_PUSH_S } from '@minilens/wechat/component';
import { deriveSecret } from '../admin/secret-key.js';

const PUSH_MS = TICKET_PUSH_S * 1000;
const LIFE_MS = TICKET_LIFE_S * 1000;

const TICKET = /^ticket@@@([0-9a-z]{1,10})_[A-Za-z0-9_-]{64}$/;

/**
 * A component's ticket: a new one every ten minutes, each valid for twelve hours. It follows from the server's key, the
 * component and the time, so all processes agree on it and nobody stores it.
 */
export function currentTicket(key: Buffer, component: string, nowMs: number): { ticket: string; expiresAt: number } {
  const slot = Math.floor(nowMs / PUSH_MS);
  return { ticket: ticketOf(key, component, slot), expiresAt: slot * PUSH_MS + LIFE_MS };
}

export function checkTicket(
  key: Buffer,
  component: string,
  ticket: string,
  nowMs: number,
): 'ok' | 'invalid' | 'expired' {
  const slot = Number.parseInt(TICKET.exec(ticket)?.[1] ?? '', 36);
  if (Number.isNaN(slot) || slot * PUSH_MS > nowMs) return 'invalid';
  const expected = Buffer.from(ticketOf(key, component, slot));
  const given = Buffer.from(ticket);
  if (expected.length !== given.length || !timingSafeEqual(expected, given)) return 'invalid';
  return nowMs < slot * PUSH_MS + LIFE_MS ? 'ok' : 'expired';
}

function ticketOf(key: Buffer, component: string, slot: number): string {
  const proof = deriveSecret(key, ['component ticket', component, String(slot)], 48).toString('base64url');
  return `ticket@@@${slot.toString(36)}_${proof}`;
}
