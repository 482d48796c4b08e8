import type { AgentConfig } from '@minilens/wire/agent-config';
import type { Receipt } from '@minilens/wire/receipt';
import { settings } from './config.js';
import { copyOf, parsed } from './objects.js';
import type { Diagnostics, Sampling } from './public-types.js';
import { randomId } from './random-id.js';
import { readText, writeAtOnce } from './storage.js';

// Who may be watched, and how much of it: the user's consent, the owner's remote configuration, and who the user is.

const USER_KEY = 'minilens_user';
const CONSENT_KEY = 'minilens_consent';
/** Where what a receipt brought is kept for the next start. */
export const CONFIG_KEY = 'minilens_config';

/** METRICS: a user is one installation for one person. */
export let user: string;
export let consent: Diagnostics['state'];
/** Watches nothing and sends nothing: switched off from the server, or destroyed. */
export let isOff: boolean;
/** What the app's owner changed from the server: known from the last start, and from receipts. */
export let remote: { version: string; values: AgentConfig } = { version: '', values: {} };
/** Shares in force. */
export let sampling: Sampling;

let knownUser: string | undefined;

export function restoreControl(): void {
  knownUser = readText(USER_KEY);
  user = knownUser || randomId();
  consent = settings.consent ? (readText(CONSENT_KEY) as 'on' | 'refused') || 'waiting' : 'on';
  sampling = settings.sampling;
  takeRemote(parsed(readText(CONFIG_KEY)));
  isOff = !!remote.values.off;
  keepUser();
}

export function isAgreed(): boolean {
  return consent === 'on';
}

/** Takes what came with a receipt, or was kept from one. Answers whether there was anything. */
export function takeRemote(config: Receipt['config']): boolean {
  if (!config || !config.values) return false;
  remote = config;
  sampling = copyOf(settings.sampling, remote.values.sampling);
  return true;
}

export function switchOff(): void {
  isOff = true;
}

/** Takes the user's answer. Refused: becomes somebody else, whom nobody knows. */
export function answerConsent(isGranted: boolean): void {
  consent = isGranted ? 'on' : 'refused';
  writeAtOnce(CONSENT_KEY, consent);
  if (isGranted) keepUser();
  else {
    writeAtOnce(USER_KEY, '');
    knownUser = '';
    user = randomId();
  }
}

function keepUser(): void {
  // A storage that would not say may hold a good id, which must not be written over.
  if (isAgreed() && knownUser === '') writeAtOnce(USER_KEY, user);
}
