import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fetch } from 'undici';
import type { Settings } from '../settings.js';
import { isLoopback } from '../watch/metrics-gate.js';
import { ok, problem, type Said, span, warning } from './finding.js';

const DAY_MS = 86_400_000;

/** Time enough to get a new certificate. Unit: ms. */
const EXPIRES_SOON_MS = 14 * DAY_MS;

/** How long the public address may take to answer. Unit: ms. */
const REACH_MS = 5_000;

export type ReachSettings = Pick<Settings, 'host' | 'trustProxy' | 'publicUrl' | 'tlsCert' | 'tlsKey'>;

const isLocal = (host: string) => host === 'localhost' || isLoopback(host);

export function lookAtListening({ host, trustProxy, tlsCert }: ReachSettings): Said {
  if (isLocal(host)) return ok(`on ${host}, for this machine only`);
  if (tlsCert !== undefined) return ok(`on ${host}, with TLS`);
  if (trustProxy) return ok(`on ${host}, behind a proxy`);
  return problem(
    `on ${host} without TLS: passwords, secrets and events cross the network readable. Set MINILENS_TLS_CERT and MINILENS_TLS_KEY; or put a proxy with TLS in front, set MINILENS_TRUST_PROXY=true and let only the proxy reach this port.`,
  );
}

/** @param isListening whether a server is up whose public address should answer. */
export async function lookAtPublicUrl(
  { host, publicUrl, trustProxy }: ReachSettings,
  isListening: boolean,
): Promise<Said> {
  if (publicUrl === undefined)
    return isLocal(host) && !trustProxy
      ? ok('none set: only this machine is meant to reach it. Phones need one with https.')
      : warning('none set: set MINILENS_PUBLIC_URL to the https origin under which devices reach this server');
  if (isListening) {
    const why = await whyUnreachable(publicUrl);
    if (why !== undefined)
      return problem(
        `nothing of ours answers at ${publicUrl}/healthz as seen from here (${why}). See its name, its proxy and its certificate: devices go the same way.`,
      );
  }
  if (!publicUrl.startsWith('https:') && !isLocal(new URL(publicUrl).hostname))
    return warning(`${publicUrl} is not https: phones send to https only`);
  return ok(isListening ? `${publicUrl} answers` : `${publicUrl}; whether it answers shows while a server runs`);
}

async function whyUnreachable(publicUrl: string): Promise<string | undefined> {
  try {
    const answer = await fetch(new URL('/healthz', publicUrl), {
      redirect: 'manual',
      signal: AbortSignal.timeout(REACH_MS),
    });
    const said = (await answer.json().catch(() => undefined)) as { status?: unknown } | undefined;
    return answer.status === 200 && said?.status === 'ok' ? undefined : `status ${answer.status}`;
  } catch (error) {
    const { cause, name } = error as Error;
    return String((cause as { code?: string } | undefined)?.code ?? name);
  }
}

/** The certificate this server shows. A proxy's own is the proxy's care. */
export async function lookAtCertificate({ tlsCert, tlsKey }: ReachSettings, now: number): Promise<Said> {
  if (tlsCert === undefined || tlsKey === undefined) return ok('none of its own');
  const certificate = await readFile(tlsCert).then(
    (pem) => parsed(() => new X509Certificate(pem)),
    () => undefined,
  );
  if (certificate === undefined)
    return problem(`MINILENS_TLS_CERT names ${tlsCert}, which is no certificate that can be read`);
  const key = await readFile(tlsKey).then(
    (pem) => parsed(() => createPrivateKey(pem)),
    () => undefined,
  );
  if (key === undefined) return problem(`MINILENS_TLS_KEY names ${tlsKey}, which is no key that can be read`);
  if (!certificate.checkPrivateKey(key))
    return problem('MINILENS_TLS_KEY is not the key of MINILENS_TLS_CERT: name the pair that belongs together');
  const leftMs = Date.parse(certificate.validTo) - now;
  if (leftMs < 0)
    return problem(
      `expired ${span(leftMs)} ago: devices refuse it. Renew it, then restart the server, which reads it once.`,
    );
  if (leftMs < EXPIRES_SOON_MS)
    return warning(`expires in ${span(leftMs)}: renew it, then restart the server, which reads it once`);
  return ok(`valid for ${span(leftMs)}`);
}

function parsed<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch {
    return undefined;
  }
}
