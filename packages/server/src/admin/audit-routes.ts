import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { AuditList, AuditQuery } from '@minilens/wire/accounts-api';
import { Refusal as RefusalBody } from '@minilens/wire/receipt';
import { Type } from 'typebox';
import type { SessionRouteDeps } from './session-routes.js';

const refusals = { 400: RefusalBody, 401: RefusalBody, 403: RefusalBody };

/** Who did what: of one app for its owners, of all for administrators. */
export const auditRoutes: FastifyPluginAsyncTypebox<SessionRouteDeps> = async (app, { people, identify }) => {
  app.get(
    '/api/v1/audit',
    {
      schema: {
        summary: 'Who did what here, newest first',
        tags: ['audit'],
        querystring: AuditQuery,
        response: { 200: AuditList, ...refusals },
      },
    },
    async (request) => {
      await identify.forServer(request, 'operate');
      return people.audit.list(undefined, request.query);
    },
  );

  app.get(
    '/api/v1/apps/:app/audit',
    {
      schema: {
        summary: 'Who did what with it, newest first',
        tags: ['audit'],
        params: Type.Object({ app: Type.String({ maxLength: 18 }) }),
        querystring: AuditQuery,
        response: { 200: AuditList, ...refusals },
      },
    },
    async (request) => {
      const { appid } = await identify.forApp(request, request.params.app, 'readAudit');
      return people.audit.list(appid, request.query);
    },
  );
};
