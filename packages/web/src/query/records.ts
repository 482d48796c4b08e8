import type { EventKind } from '@minilens/wire/event';
import type { Live, SessionDetail, SessionList, UserDetail } from '@minilens/wire/records';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { appPath } from './app-path';
import { type AskedPage, type AskedRange, FOLLOW_STEP_MS } from './asked';
import { getJson } from './http';
import { type LiveState, liveAfter, MOST_LIVE, mergeLive } from './live-state';
import { askedFailures, type FailedSessions } from './session-failures';
import { couldBeUser, isLikelyOpenid } from './who';

/** What happens now is asked for this often. Unit: ms. */
const LIVE_STEP_MS = 5_000;

type RecordWords = Record<string, string>;

/** What happened lately; each time only what is new is asked for, and put on top of what is known. */
export const live = (app: string, words: RecordWords, kind: EventKind | undefined, isPaused: boolean) => {
  const queryKey = ['live', app, words, kind] as const;
  return queryOptions({
    queryKey,
    queryFn: async ({ client, signal }): Promise<LiveState> => {
      const before = client.getQueryData<LiveState>(queryKey);
      const question = { ...words, kind, after: liveAfter(before), limit: MOST_LIVE };
      return mergeLive(before, await getJson<Live>(`${appPath(app)}/live`, question, signal));
    },
    // Another filter has nothing to show yet, also while paused.
    enabled: ({ state }) => !isPaused || state.data === undefined,
    refetchInterval: LIVE_STEP_MS,
    staleTime: 0,
  });
};

interface SessionsQuestion extends AskedRange, AskedPage {
  words: RecordWords;
  /** A user id, an openid or a unionid, whichever it is. */
  who: string | undefined;
  /** Of this user alone. */
  user: string | undefined;
  /** In which this went wrong. */
  having: FailedSessions | undefined;
}

/** Sessions, the newest first. What may be either id is looked up as the likelier one, then as the other. */
export const sessions = (app: string, question: SessionsQuestion) =>
  queryOptions({
    queryKey: ['sessions', app, question] as const,
    queryFn: async ({ signal }) => {
      const { words, who, user, having, ...asked } = question;
      const ask = (by: { user?: string | undefined; openid?: string }) =>
        getJson<SessionList>(
          `${appPath(app)}/sessions`,
          { ...asked, ...words, ...by, having: askedFailures(having) },
          signal,
        );
      if (who === undefined) return ask({ user });
      if (!couldBeUser(who)) return ask({ openid: who });
      const [likely, other] = isLikelyOpenid(who) ? [{ openid: who }, { user: who }] : [{ user: who }, { openid: who }];
      const found = await ask(likely);
      return found.total > 0 ? found : ask(other);
    },
    placeholderData: keepPreviousData,
    refetchInterval: FOLLOW_STEP_MS,
  });

export const sessionDetail = (app: string, session: string) =>
  queryOptions({
    queryKey: ['session', app, session] as const,
    queryFn: ({ signal }) =>
      getJson<SessionDetail>(`${appPath(app)}/sessions/${encodeURIComponent(session)}`, {}, signal),
    refetchInterval: FOLLOW_STEP_MS,
  });

export const userDetail = (app: string, user: string) =>
  queryOptions({
    queryKey: ['user', app, user] as const,
    queryFn: ({ signal }) => getJson<UserDetail>(`${appPath(app)}/users/${encodeURIComponent(user)}`, {}, signal),
    refetchInterval: FOLLOW_STEP_MS,
  });
