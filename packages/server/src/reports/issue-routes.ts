import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Refusal as RefusalBody } from '@minilens/wire/receipt';
import { IssueState, IssueStateBody, IssueStates as IssueStatesBody } from '@minilens/wire/records';
import { Type } from 'typebox';
import { noteForAudit } from '../admin/audit.js';
import type { Identify } from '../admin/identify.js';
import type { IssueStates } from './issue-states.js';

export interface IssueRouteDeps {
  issueStates: IssueStates;
  identify: Identify;
}

const app = Type.String({ maxLength: 18 });
const refusals = { 400: RefusalBody, 401: RefusalBody, 403: RefusalBody };

/** What people say of JavaScript errors. What the errors themselves say, the catalogue is asked. */
export const issueRoutes: FastifyPluginAsyncTypebox<IssueRouteDeps> = async (ours, { issueStates, identify }) => {
  ours.get(
    '/api/v1/apps/:app/issues/states',
    {
      schema: {
        summary: 'Issues that are not simply open',
        tags: ['records'],
        params: Type.Object({ app }),
        response: { 200: IssueStatesBody, ...refusals },
      },
    },
    async (request) => {
      const { appid } = await identify.forApp(request, request.params.app, 'readReports');
      return { items: await issueStates.list(appid) };
    },
  );

  ours.put(
    '/api/v1/apps/:app/issues/:issue',
    {
      config: { audit: 'judge_issue' },
      schema: {
        summary: 'Resolves, ignores or opens an issue',
        tags: ['records'],
        params: Type.Object({ app, issue: Type.String({ pattern: '^[0-9a-f]{16}$' }) }),
        body: IssueStateBody,
        response: { 200: IssueState, ...refusals },
      },
    },
    async (request) => {
      const { appid } = await identify.forApp(request, request.params.app, 'judgeIssues');
      const { account } = await identify.caller(request);
      noteForAudit(request, { about: `${request.params.issue} ${request.body.state}` });
      return issueStates.say(appid, request.params.issue, request.body, account.login);
    },
  );
};
