/** Signs and encrypts requests and opens answers, for accounts that have this switched on. */
export interface Sealer {
  /** `urlpath` is scheme, host and path; `timestamp` counts seconds. */
  seal(
    urlpath: string,
    appid: string,
    timestamp: number,
    fields: Record<string, unknown>,
  ): Awaitable<{ headers: Record<string, string>; body: string }>;
  /** The fields of an answer. Header names come in lower case. Throws where the answer is not the platform's. */
  open(urlpath: string, headers: Record<string, string>, body: string): Awaitable<Record<string, unknown>>;
}

type Awaitable<T> = T | Promise<T>;
