import { useCopy } from '../appearance/appearance';

/** Grey lines where the content will stand. Plain elements: the first thing on the screen should not wait for a library. */
export function Loading({ lines }: { lines: number }) {
  const copy = useCopy();
  return (
    <div className="loading" role="status" aria-label={copy.common.loading}>
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines are all alike
        <span key={line} />
      ))}
    </div>
  );
}
