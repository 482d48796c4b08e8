/** The same task for a caller that is not ours, a timer or an event of the platform: our mistakes end here. */
export const quietly =
  <A extends unknown[]>(task: (...args: A) => void) =>
  (...args: A): void => {
    try {
      task(...args);
    } catch {
      // The host app could do nothing about it, and would only see an error it did not make.
    }
  };
