import { isIP } from 'node:net';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { Store } from '@minilens/store/connect';
import { findCalls } from '@minilens/store/records/find-calls';
import { findEvents } from '@minilens/store/records/find-events';
import { findSessions } from '@minilens/store/records/find-sessions';
import { live } from '@minilens/store/records/live';
import { pathsAround } from '@minilens/store/records/paths-around';
import { readSession } from '@minilens/store/records/read-session';
import { readUser } from '@minilens/store/records/read-user';
import { Refusal as RefusalBody } from '@minilens/wire/receipt';
import {
  CallRecordList,
  CallRecordQuery,
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
import { createTurns, whenGone } from './in-turn.js';
import { readRange } from './range.js';
import { readFailures, readRecordFilter, readValues } from './read-record-filter.js';

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

/** Single events, calls, sessions and users. Only a call tells the address it came from. */
export const recordRoutes: FastifyPluginAsyncTypebox<RecordDeps> = async (
  ours,
  { searching: store, identify, now },
) => {
  const inTurn = createTurns('The search takes too long. Ask for a shorter range, or narrow it further.');

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
    async (request, reply) => {
      const { appid, timezone } = await identify.forApp(request, request.params.app, 'readRecords');
      const { from, to, limit, offset, sort, name, outcome, method, host, path, issue, user, session, ...words } =
        request.query;
      const range = readRange({ from, to }, timezone);
      const only = (value: string | undefined) => (value ? [value] : undefined);
      const filter = {
        ...readRecordFilter(words),
        ...{ app: appid, from: range.from, to: range.to },
        ...{
          outcome: readValues('outcome', outcome),
          method: readValues('method', method),
          host: readValues('host', host),
        },
        ...{ name: only(name), path: only(path), user: only(user), session: only(session), issue: issue || undefined },
      };
      const found = await inTurn(() => findEvents(store, filter, { sort, limit, offset, now: now() }), whenGone(reply));
      return { range, ...found };
    },
  );

  ours.get(
    '/api/v1/apps/:app/interfaces/:name/records',
    {
      schema: {
        summary: 'Single calls, the newest first',
        tags: ['records'],
        params: Type.Object({ app, name: Type.String({ maxLength: 64 }) }),
        querystring: CallRecordQuery,
        response: { 200: CallRecordList, ...refusals },
      },
    },
    async (request, reply) => {
      const { name } = request.params;
      const { appid, timezone } = await identify.forApp(request, request.params.app, 'readRecords');
      const { from, to, limit, offset, user, ip, outcome } = request.query;
      if (ip && isIP(ip) === 0) throw new Refusal('INVALID_REQUEST', `ip=${ip} is no IPv4 or IPv6 address.`);
      const range = readRange({ from, to }, timezone);
      const filter = { app: appid, name, from: range.from, to: range.to, user: user || undefined, ip: ip || undefined };
      const page = { limit, offset, now: now() };
      const found = await inTurn(() => findCalls(store, { ...filter, outcome }, page), whenGone(reply));
      return { range, ...found };
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
    async (request, reply) => {
      const { appid } = await identify.forApp(request, request.params.app, 'readRecords');
      const { after, limit, ...words } = request.query;
      const filter = { ...readRecordFilter(words), app: appid };
      return inTurn(() => live(store, filter, { now: now(), after, limit }), whenGone(reply));
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
    async (request, reply) => {
      const { appid, timezone } = await identify.forApp(request, request.params.app, 'readRecords');
      const { from, to, limit, offset, user, openid, having, ...words } = request.query;
      const range = readRange({ from, to }, timezone);
      const filter = {
        ...readRecordFilter(words),
        ...{ app: appid, from: range.from, to: range.to },
        ...{ user: user ? [user] : undefined, openid: openid || undefined, having: readFailures(having) },
      };
      const found = await inTurn(() => findSessions(store, filter, { limit, offset, now: now() }), whenGone(reply));
      return { range, ...found };
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
    async (request, reply) => {
      const { session } = request.params;
      const { appid } = await identify.forApp(request, request.params.app, 'readRecords');
      const found = await inTurn(() => readSession(store, appid, session), whenGone(reply));
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
    async (request, reply) => {
      const { user } = request.params;
      const { appid } = await identify.forApp(request, request.params.app, 'readRecords');
      const found = await inTurn(() => readUser(store, appid, user), whenGone(reply));
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
    async (request, reply) => {
      const { appid, timezone } = await identify.forApp(request, request.params.app, 'readRecords');
      const { from, to, page, ...words } = request.query;
      const range = readRange({ from, to }, timezone);
      const filter = { ...readRecordFilter(words), app: appid, from: range.from, to: range.to, page };
      return { range, ...(await inTurn(() => pathsAround(store, filter), whenGone(reply))) };
    },
  );
};
