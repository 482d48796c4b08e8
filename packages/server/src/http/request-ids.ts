/**
 * Ids for the requests of one process: unlike those of any other and of an earlier run. What a request says of itself is
 * not believed.
 *
 * @param process text that no other process has.
 */
export function createRequestIds(process: string): () => string {
  let requests = 0;
  return () => `${process}-${(++requests).toString(36)}`;
}
