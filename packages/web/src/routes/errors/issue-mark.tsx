import type { IssueState } from '@minilens/wire/records';
import { useCopy } from '../../appearance/appearance';

/** What people say of an issue. Open is the rule and does not stand out. */
export function IssueMark({ said }: { said: IssueState | undefined }) {
  const { errors } = useCopy();
  const state = said?.state ?? 'open';
  const look = { open: 'unknown', resolved: 'success', ignored: 'cancel' }[state];
  return (
    <span className={`outcome outcome-${look}`}>
      {state === 'resolved' && said?.version
        ? errors.resolvedIn(said.version)
        : state === 'open' && said
          ? errors.openAgain
          : errors.state[state]}
    </span>
  );
}
