import type { IssueState, IssueStateBody, IssueStates } from '@minilens/wire/records';
import { queryOptions } from '@tanstack/react-query';
import { appPath } from './app-path';
import { FOLLOW_STEP_MS } from './asked';
import { getJson, putJson } from './http';

/** Issues that are not simply open. */
export const issueStates = (app: string) =>
  queryOptions({
    queryKey: ['issue-states', app] as const,
    queryFn: ({ signal }) => getJson<IssueStates>(`${issuesPath(app)}/states`, {}, signal),
    refetchInterval: FOLLOW_STEP_MS,
  });

/** Resolves, ignores or opens an issue. Refused with 403 to whoever may only look. */
export const judgeIssue = (app: string, issue: string, body: IssueStateBody) =>
  putJson<IssueState>(`${issuesPath(app)}/${encodeURIComponent(issue)}`, body);

const issuesPath = (app: string) => `${appPath(app)}/issues`;
