import { useCopy } from '../../appearance/appearance';
import { CodeBlock } from '../../panels/code-block';

export function WhereTheLinkIs({ wasWrong }: { wasWrong: boolean }) {
  const { setup } = useCopy();
  return (
    <>
      {wasWrong && (
        <p className="form-problem" role="alert">
          {setup.wrongToken}
        </p>
      )}
      <p>{setup.noToken}</p>
      <CodeBlock code={`${location.origin}/setup?token=…`} label={setup.noTokenTitle} />
    </>
  );
}
