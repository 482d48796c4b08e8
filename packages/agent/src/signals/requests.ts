import type { RequestEvent, RequestOutcome } from '@minilens/wire/event';
import type { Fn } from '../hook.js';
import { toDurationMs } from '../limits.js';
import { errMsgOf, reportedMessage } from '../outcome.js';
import { createRequestTargets } from '../request-target.js';
import type { RecordEvent } from '../session.js';
import { utf8Bytes } from '../utf8-bytes.js';
import { type Ending, watchCall } from '../watch-call.js';

type Answer = { statusCode?: unknown; data?: unknown; header?: Record<string, unknown> } | null | undefined;

interface Needs {
  now(): number;
  route(): string | undefined;
  record: RecordEvent;
}

/** What `wx.request` becomes: one `request` event for every request, without its query, body and headers. */
export const watchRequests =
  ({ now, route, record }: Needs) =>
  (original: Fn): Fn => {
    const targetOf = createRequestTargets();
    return watchCall(
      original,
      (argument) => {
        const { url, method } = (argument || {}) as { url?: unknown; method?: unknown };
        const at = now();
        const page = route();
        let isOpen = true;
        return (ending, result) => {
          if (!isOpen || ending === 'unseen') return;
          isOpen = false;
          const { host, path } = targetOf(url);
          const answer = result as Answer;
          const status = statusOf(answer);
          const outcome = judge(ending, status, result);
          const event: Omit<RequestEvent, 'n'> = {
            kind: 'request',
            at,
            method: methodOf(method),
            host,
            path,
            outcome,
            durationMs: toDurationMs(now() - at),
          };
          if (page !== undefined) event.page = page;
          if (outcome === 'ok' || outcome === 'http_error') {
            const receivedBytes = sizeOf(answer);
            if (status !== undefined) event.status = status;
            if (receivedBytes !== undefined) event.receivedBytes = receivedBytes;
          } else {
            event.errMsg = reportedMessage(result);
          }
          record(event);
        };
      },
      true,
    );
  };

function judge(ending: Ending, status: number | undefined, result: unknown): RequestOutcome {
  const hasAnswer = ending === 'success' || (ending === 'complete' && status !== undefined);
  if (hasAnswer) return status !== undefined && status >= 400 ? 'http_error' : 'ok';
  return /:fail\W*abort/i.test(errMsgOf(result)) ? 'abort' : 'network_error';
}

function statusOf(answer: Answer): number | undefined {
  const status = answer ? Number(answer.statusCode) : 0;
  return status >= 100 && status <= 999 && status % 1 === 0 ? status : undefined;
}

function methodOf(method: unknown): string {
  if (typeof method !== 'string') return 'GET';
  const name = method.toUpperCase();
  return /^[A-Z]{1,16}$/.test(name) ? name : 'GET';
}

/** Bytes the device received, where that is known without work. */
function sizeOf(answer: Answer): number | undefined {
  const header = (answer?.header || {}) as Record<string, unknown>;
  const announced = Number(header['Content-Length'] || header['content-length']);
  if (announced > 0 && announced % 1 === 0) return announced;
  const data = answer?.data;
  if (typeof data === 'string') return utf8Bytes(data);
  return data instanceof ArrayBuffer ? data.byteLength : undefined;
}
