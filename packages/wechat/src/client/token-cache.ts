export interface KeptToken {
  token: string;
  /** Absent for what does not expire. Unit: ms since the Unix epoch. */
  expiresAtMs?: number;
}

/** Where tokens are kept, for all clients and processes that share it. */
export interface TokenCache {
  get(key: string): Promise<KeptToken | undefined>;
  /**
   * Keeps what `change` makes of the token that is kept, and gives it. One change of a key at a time, whoever else
   * shares the cache; where `change` fails, what was kept stays.
   */
  update(key: string, change: (kept: KeptToken | undefined) => Promise<KeptToken>): Promise<KeptToken>;
}

/** For one process. */
export function memoryTokenCache(): TokenCache {
  const tokens = new Map<string, KeptToken>();
  const turns = new Map<string, Promise<unknown>>();
  return {
    get: async (key) => tokens.get(key),
    update(key, change) {
      const turn = (turns.get(key) ?? Promise.resolve()).then(async () => {
        const token = await change(tokens.get(key));
        tokens.set(key, token);
        return token;
      });
      turns.set(
        key,
        turn.catch(() => {}),
      ); // the caller hears of the failure; the next turn must come all the same
      return turn;
    },
  };
}
