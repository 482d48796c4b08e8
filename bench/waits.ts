/** Of each question: so many, or as many as go in that time, but never fewer than can be spoken of. */
const TRIES = { most: 200, least: 20, withinMs: 10_000 };

/** The first answers warm the caches of a server that was just started. */
const WARMING = 3;

/**
 * How long answers took, one client asking one question after the other. Says on stderr what it is at.
 *
 * @param ask takes the number of the try, from 0.
 * @param check throws where the answer is none.
 * @returns Unit: ms.
 */
export async function waitsOf(
  name: string,
  ask: (n: number) => Promise<Response>,
  check: (text: string, response: Response) => void,
): Promise<number[]> {
  process.stderr.write(`\r\u001b[K${name} …`);
  const waits: number[] = [];
  const beganAt = performance.now();
  const isEnough = () =>
    waits.length >= TRIES.most || (waits.length >= TRIES.least && performance.now() - beganAt > TRIES.withinMs);
  for (let n = -WARMING; !isEnough(); n++) {
    const startedAt = performance.now();
    const response = await ask(Math.max(0, n));
    const text = await response.text();
    if (n >= 0) waits.push(performance.now() - startedAt);
    check(text, response);
  }
  process.stderr.write('\r\u001b[K');
  return waits;
}
