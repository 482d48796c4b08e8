/**
 * A request id as the platform makes them: `6aac005a-01bfdbee-79769285`. The first group is the time in seconds.
 * `random` gives numbers from 0 up to 1, like `Math.random`; ids tell requests apart and protect nothing.
 */
export function createRid(nowMs: number, random: () => number): string {
  const group = () => hex8(Math.floor(random() * 2 ** 32));
  return `${hex8(Math.floor(nowMs / 1000))}-${group()}-${group()}`;
}

const hex8 = (value: number) => value.toString(16).padStart(8, '0');

/** The text of an error and the rid at its end, which stands after a space or, in some answers, a comma and a space. */
export function splitRid(text: string): { errmsg: string; rid: string | undefined } {
  const [, errmsg = text, rid] = /^(.*?),?\s+rid:\s*([0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8})\s*$/s.exec(text) ?? [];
  return { errmsg, rid };
}
