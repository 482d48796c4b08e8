import type { IncomingMessage, ServerResponse } from 'node:http';
import { COVER_LATE_AT_MS } from '@minilens/push/platform';
import { createForwarder, type Forwarder, type Notice } from '@minilens/push/proxy';
import type { Logger } from 'pino';
import type { Meters } from '../watch/meters.js';
import { createOnceAMinute } from '../watch/once-a-minute.js';
import type { PushInForce } from './push-settings.js';
import type { Sender } from './sender.js';

/** Of these a message was passed on all the same. */
const NO_REFUSALS: ReadonlySet<Notice['kind']> = new Set(['unread', 'late_end', 'fault']);

export interface PassOnDeps {
  sender: Pick<Sender, 'reportOf'>;
  meters: Pick<Meters, 'pushRefused'>;
  log: Pick<Logger, 'warn'>;
  now: () => number;
}

/** Passes messages on to the back ends of all apps. */
export interface PassOn {
  /** Answers the request, whatever becomes of it. */
  handle(appid: string, settings: PushInForce, request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Waits for what is in hand, then ends the connections to back ends. */
  close(): Promise<void>;
}

export function createPassOn({ sender, meters, log, now }: PassOnDeps): PassOn {
  const forwarders = new Map<string, { settings: PushInForce; forwarder: Forwarder }>();
  const onceAMinute = createOnceAMinute(now);

  /** Settings are the same object as long as nothing has changed. */
  function forwarderOf(appid: string, settings: PushInForce): Forwarder {
    const known = forwarders.get(appid);
    if (known?.settings === settings) return known.forwarder;
    const forwarder = forward(appid, settings);
    forwarders.set(appid, { settings, forwarder });
    // What is in its hand it brings to its end.
    void known?.forwarder.close();
    return forwarder;
  }

  function forward(appid: string, settings: PushInForce): Forwarder {
    const { upstream, format, mode, token, encodingAesKey, coverLate, keepContent } = settings;
    return createForwarder({
      ...{ upstream, format, mode, keepContent, now },
      // The route here is this server's own.
      passPath: false,
      coverLateAtMs: coverLate ? COVER_LATE_AT_MS : undefined,
      keys: { appid, token, encodingAesKey },
      report: sender.reportOf(appid),
      notice: ({ kind, words }) => {
        if (!NO_REFUSALS.has(kind)) meters.pushRefused(kind);
        onceAMinute(`${appid} ${kind}`, () => log.warn({ app: appid, kind, words }, 'Trouble with a pushed message'));
      },
    });
  }

  return {
    handle: (appid, settings, request, response) => forwarderOf(appid, settings).handle(request, response),
    close: async () => {
      await Promise.all([...forwarders.values()].map(({ forwarder }) => forwarder.close()));
    },
  };
}
