import type { DeliveryOutcome, DeliveryReason } from '@minilens/wire/event';
import type { DeliveryList, PushReport, PushSettings, PushSettingsBody } from '@minilens/wire/push-report';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { appPath } from './app-path';
import { type AskedPage, type AskedRange, FOLLOW_STEP_MS } from './asked';
import { getJson, putJson } from './http';

export interface DeliveryQuestion extends AskedRange, AskedPage {
  outcome?: DeliveryOutcome | 'failed' | undefined;
  reason?: DeliveryReason | undefined;
  msgType?: string | undefined;
  event?: string | undefined;
  host?: string | undefined;
  sort: 'at' | 'durationMs';
}

export const pushReport = (app: string, range: AskedRange) =>
  queryOptions({
    queryKey: ['push', app, range] as const,
    queryFn: ({ signal }) => getJson<PushReport>(pushPath(app), { ...range }, signal),
    placeholderData: keepPreviousData,
    refetchInterval: FOLLOW_STEP_MS,
  });

export const pushDeliveries = (app: string, question: DeliveryQuestion) =>
  queryOptions({
    queryKey: ['deliveries', app, question] as const,
    queryFn: ({ signal }) => getJson<DeliveryList>(`${pushPath(app)}/deliveries`, { ...question }, signal),
    placeholderData: keepPreviousData,
    refetchInterval: FOLLOW_STEP_MS,
  });

/** Attempts follow each other within minutes: those of a message at the edge of a range may lie outside. Unit: ms. */
const ATTEMPTS_SPAN_MS = 3_600_000;
/** More than any sender makes of one message. */
const MOST_ATTEMPTS = 200;

/** Every attempt to deliver one message that is in `range`, newest first. */
export const messageAttempts = (app: string, message: string, range: { from: number; to: number }) =>
  queryOptions({
    queryKey: ['attempts', app, message, range] as const,
    queryFn: ({ signal }) =>
      getJson<DeliveryList>(
        `${pushPath(app)}/deliveries`,
        {
          from: new Date(range.from - ATTEMPTS_SPAN_MS).toISOString(),
          to: new Date(range.to + ATTEMPTS_SPAN_MS).toISOString(),
          message,
          limit: MOST_ATTEMPTS,
        },
        signal,
      ),
    refetchInterval: FOLLOW_STEP_MS,
  });

/** How this server passes messages on. Refused with 403 to whoever may not change it. */
export const pushSettings = (app: string) =>
  queryOptions({
    queryKey: ['push-settings', app] as const,
    queryFn: ({ signal }) => getJson<PushSettings>(`${pushPath(app)}/settings`, {}, signal),
  });

export const changePushSettings = (app: string, body: PushSettingsBody) =>
  putJson<PushSettings>(`${pushPath(app)}/settings`, body);

const pushPath = (app: string) => `${appPath(app)}/push`;
