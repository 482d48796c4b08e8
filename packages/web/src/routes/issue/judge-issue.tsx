import type { IssueState, IssueStateBody } from '@minilens/wire/records';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useCopy } from '../../appearance/appearance';
import { useApp } from '../../panels/app-context';
import { Button } from '../../panels/button';
import { FormProblem } from '../../panels/form-problem';
import { useFormat } from '../../panels/use-format';
import { ApiError } from '../../query/api-error';
import { issueStates, judgeIssue } from '../../query/issues';
import { IssueMark } from '../errors/issue-mark';

interface JudgeIssueProps {
  issue: string;
  said: IssueState | undefined;
  /** The newest version with the issue. */
  newest: string | undefined;
}

/** What people say of the issue, and the ways to say something else. */
export function JudgeIssue({ issue, said, newest }: JudgeIssueProps) {
  const { errors } = useCopy();
  const format = useFormat();
  const { appid } = useApp();
  const queries = useQueryClient();
  const judging = useMutation({
    mutationFn: (body: IssueStateBody) => judgeIssue(appid, issue, body),
    onSuccess: () => queries.invalidateQueries({ queryKey: issueStates(appid).queryKey }),
  });
  const say = (label: string, body: IssueStateBody) => (
    <Button key={label} isSmall disabled={judging.isPending} onClick={() => judging.mutate(body)}>
      {label}
    </Button>
  );
  const state = said?.state ?? 'open';
  const isRefused = judging.error instanceof ApiError && judging.error.status === 403;
  return (
    <div className="judge">
      <IssueMark said={said} />
      {said && state !== 'open' && (
        <span className="muted">{errors.saidBy(said.changedBy, format.moment(said.changedAt))}</span>
      )}
      {state === 'open' ? (
        <>
          {newest && say(errors.resolveIn(newest), { state: 'resolved', version: newest })}
          {say(errors.resolve, { state: 'resolved' })}
          {say(errors.ignore, { state: 'ignored' })}
        </>
      ) : (
        say(errors.reopen, { state: 'open' })
      )}
      {judging.error && <FormProblem error={judging.error} known={isRefused ? errors.mayNotJudge : undefined} />}
    </div>
  );
}
