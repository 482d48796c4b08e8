import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { Store } from '@minilens/store/connect';
import { findEvents } from '@minilens/store/records/find-events';
import { findSessions } from '@minilens/store/records/find-sessions';
import { live } from '@minilens/store/records/live';
import { pathsAround } from '@minilens/store/records/paths-around';
import { readSession } from '@minilens/store/records/read-session';
import { readUser } from '@minilens/store/records/read-user';
import { Refusal as RefusalBody } from '@minilens/wire/receipt';
import {
  EventList,
  EventQuery,
  Live,
  LiveQuery,
  Paths,
  PathsQuery,
  SessionDetail,
  SessionList,
  SessionQuery,
  UserDetail,
} from '@minilens/wire/records';
import { Type } from 'typebox';
import type { Identify } from '../admin/identify.js';
import { Refusal } from '../http/refusal.js';
import { readRange } from './range.js';
import { readRecordFilter, readValues } from './read-record-filter.js';

export interface RecordDeps {
  /** A connection of its own, so that no question to the catalogue waits for a search. */
  searching: Store;
  identify: Identify;
  now: () => number;
}

const app = Type.String({ maxLength: 18 });
const AppParams = Type.Object({ app });
const id = Type.String({ maxLength: 32 });
const refusals = { 400: RefusalBody, 401: RefusalBody, 403: RefusalBody, 404: RefusalBody, 422: RefusalBody };

/** Single events, sessions and users. Addresses they came from are told to nobody here. */
export const recordRoutes: FastifyPluginAsyncTypebox<RecordDeps> = async (
  ours,
  { searching: store, identify, now },
) => {
  ours.get(
    '/api/v1/apps/:app/events',
    {
      schema: {
        summary: 'Single events, the newest or the slowest first',
        tags: ['records'],
        params: AppParams,
        querystring: EventQuery,
        response: { 200: EventList, ...refusals },
      },
    },
    async (request) => {
      const { appid, timezone } = await identify.forApp(request, request.params.app, 'readRecords');
      const { from, to, limit, offset, sort, name, outcome, method, host, path, issue, user, session, ...words } =
        request.query;
      const range = readRange({ from, to }, timezone);
      const only = (value: string | undefined) => (value ? [value] : undefined);
      const filter = {
        ...{ app: appid, from: range.from, to: range.to },
        ...readRecordFilter(words),
        ...{
          outcome: readValues('outcome', outcome),
          method: readValues('method', method),
          host: readValues('host', host),
        },
        ...{ name: only(name), path: only(path), user: only(user), session: only(session), issue: issue || undefined },
      };
      return { range, ...(await findEvents(store, filter, { sort, limit, offset })) };
    },
  );

  ours.get(
    '/api/v1/apps/:app/live',
    {
      schema: {
        summary: 'What arrived lately, and who is here now',
        tags: ['records'],
        params: AppParams,
        querystring: LiveQuery,
        response: { 200: Live, ...refusals },
      },
    },
    async (request) => {
      const { appid } = await identify.forApp(request, request.params.app, 'readRecords');
      const { after, limit, ...words } = request.query;
      return live(store, { app: appid, ...readRecordFilter(words) }, { now: now(), after, limit });
    },
  );

  ours.get(
    '/api/v1/apps/:app/sessions',
    {
      schema: {
        summary: 'Sessions, the newest first',
        tags: ['records'],
        params: AppParams,
        querystring: SessionQuery,
        response: { 200: SessionList, ...refusals },
      },
    },
    async (request) => {
      const { appid, timezone } = await identify.forApp(request, request.params.app, 'readRecords');
      const { from, to, limit, offset, user, openid, ...words } = request.query;
      const range = readRange({ from, to }, timezone);
      const filter = {
        ...{ app: appid, from: range.from, to: range.to },
        ...readRecordFilter(words),
        ...{ user: user ? [user] : undefined, openid: openid || undefined },
      };
      return { range, ...(await findSessions(store, filter, { limit, offset })) };
    },
  );

  ours.get(
    '/api/v1/apps/:app/sessions/:session',
    {
      schema: {
        summary: 'One session with its events in their order',
        tags: ['records'],
        params: Type.Object({ app, session: id }),
        response: { 200: SessionDetail, ...refusals },
      },
    },
    async (request) => {
      const { session } = request.params;
      const { appid } = await identify.forApp(request, request.params.app, 'readRecords');
      const found = await readSession(store, appid, session);
      if (found === undefined)
        throw new Refusal(
          'NOT_FOUND',
          `${appid} has no session ${session}. Its events may be past, erased, or still on their way.`,
        );
      return found;
    },
  );

  ours.get(
    '/api/v1/apps/:app/users/:user',
    {
      schema: {
        summary: 'What is known of one user',
        tags: ['records'],
        params: Type.Object({ app, user: id }),
        response: { 200: UserDetail, ...refusals },
      },
    },
    async (request) => {
      const { user } = request.params;
      const { appid } = await identify.forApp(request, request.params.app, 'readRecords');
      const found = await readUser(store, appid, user);
      if (found === undefined)
        throw new Refusal('NOT_FOUND', `${appid} knows no user ${user}. Who was erased is known no more.`);
      return found;
    },
  );

  ours.get(
    '/api/v1/apps/:app/pages/around',
    {
      schema: {
        summary: 'The pages seen right before and right after one',
        tags: ['records'],
        params: AppParams,
        querystring: PathsQuery,
        response: { 200: Paths, ...refusals },
      },
    },
    async (request) => {
      const { appid, timezone } = await identify.forApp(request, request.params.app, 'readRecords');
      const { from, to, page, ...words } = request.query;
      const range = readRange({ from, to }, timezone);
      const filter = { ...readRecordFilter(words), app: appid, from: range.from, to: range.to, page };
      return { range, ...(await pathsAround(store, filter)) };
    },
  );
};
