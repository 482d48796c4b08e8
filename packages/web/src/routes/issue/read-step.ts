/** A step before an error, as the agent words it: `-1200 page_show pages/index/index`. Time: ms before the error. */
export function readStep(step: string): { beforeMs: number | null; kind: string; rest: string } {
  const [, ago, kind = '', rest = ''] = /^-?(\d+) (\S+) ?(.*)$/s.exec(step) ?? [];
  return ago === undefined ? { beforeMs: null, kind: '', rest: step } : { beforeMs: Number(ago), kind, rest };
}
