import type { RequestEvent } from '@minilens/wire/event';
import { listOf, settings } from '../config.js';
import { isOff } from '../control.js';
import { now } from '../host.js';
import { toDurationMs } from '../limits.js';
import { assign, copyOf, type Facts, type Fn, keys } from '../objects.js';
import { errMsgOf, reportedMessage } from '../outcome.js';
import { currentRoute } from '../page-view.js';
import { randomTrace } from '../random-id.js';
import { type NewEvent, recordEvent } from '../recorder.js';
import { requestTarget } from '../request-target.js';
import { type Finish, watchCall } from '../watch-call.js';

/** What `wx.request` and its kind become: one `request` event each, without query, body and headers. */
export const watchRequests =
  (api: string) =>
  (original: Fn): Fn => {
    const isSocket = api === 'connectSocket';
    const hosts = listOf(settings.traceHosts);
    let finish: Finish;
    /** Of the call under way, when its host is among those traced. */
    let latest: { id: string } | undefined;

    function begin(argument: unknown): Finish | undefined {
      if (isOff) return undefined;
      const { url, method } = (argument || {}) as Facts;
      const at = now();
      const page = currentRoute;
      const { host, path } = requestTarget(url);
      const trace = hosts.indexOf(host) < 0 ? undefined : { id: '' };
      let isOpen = true;
      latest = trace;
      finish = (ending, result) => {
        // A socket's call succeeds at once; whether there is a connection its task tells.
        if (!isOpen || ending === 'unseen' || (isSocket && /:ok/.test(errMsgOf(result)))) return;
        isOpen = false;
        const answer = (result || {}) as Facts;
        const status = answer.statusCode as number;
        const isAnswered = ending === 'success' || (ending === 'complete' && status > 0);
        const header = (answer.header || {}) as Facts;
        const profile = answer.profile as Record<string, number> | undefined;
        const event = {
          kind: 'request' as const,
          at,
          name: api === 'request' ? undefined : (api as RequestEvent['name']),
          method: method ? `${method}`.toUpperCase() : api === 'uploadFile' ? 'POST' : 'GET',
          host,
          path,
          outcome: isAnswered
            ? status >= 400
              ? 'http_error'
              : 'ok'
            : /:fail\W*abort/.test(errMsgOf(result))
              ? 'abort'
              : 'network_error',
          status: (isAnswered && status) || undefined,
          durationMs: toDurationMs(now() - at),
          page,
          receivedBytes: isAnswered ? bytes(header['Content-Length'] || header['content-length']) : undefined,
          errMsg: isAnswered ? undefined : reportedMessage(result),
          businessFailed: (isAnswered && !isSocket && fails(answer)) || undefined,
          trace: (trace && trace.id) || undefined,
        } satisfies NewEvent;
        if (profile)
          assign(event, {
            sentBytes: bytes(profile.sendBytesCount),
            receivedBytes: bytes(profile.receivedBytedCount) || event.receivedBytes,
            dnsMs: span(profile.domainLookUpStart, profile.domainLookUpEnd),
            connectMs: span(profile.connectStart, profile.connectEnd),
            tlsMs: span(profile.SSLconnectionStart, profile.SSLconnectionEnd),
            firstByteMs: span(profile.requestStart, profile.responseStart),
          });
        recordEvent(event);
      };
      return finish;
    }

    function open(this: unknown): unknown {
      const task = original.apply(this, arguments as unknown as unknown[]);
      const told = finish;
      try {
        task.onOpen(() => told('success'));
        task.onError((result: unknown) => told('fail', result));
        task.onClose((result: unknown) => told('fail', result));
      } catch {
        // A task of another kind: only a refused connection is reported.
      }
      return task;
    }

    return watchCall(isSocket ? open : original, begin, 'task', (copy) => {
      const header = (copy.header || {}) as Facts;
      if (!latest || /traceparent/i.test(`${keys(header)}`)) return;
      const id = randomTrace();
      latest.id = id;
      copy.header = copyOf(header, { traceparent: `00-${id}-${id.slice(16)}-01` });
    });
  };

/** A stretch of the platform's own measurement; nothing where it has none. Unit: ms. */
function span(start = 0, end = 0): number | undefined {
  return start > 0 && end >= start ? toDurationMs(end - start) : undefined;
}

/** Whether the app's own rule calls this answer a failure. */
function fails(answer: Facts): boolean {
  try {
    return !!settings.isSuccess && !settings.isSuccess(answer as never);
  } catch {
    return false; // A rule that cannot judge has not judged.
  }
}

function bytes(value: unknown): number | undefined {
  return (value as number) > 0 && (value as number) % 1 === 0 ? Number(value) : undefined;
}
