import type { Refusal } from '@minilens/wire/receipt';
import { ApiError } from './api-error';

type Question = Record<string, string | number | undefined>;

/** GET below `/api/v1`. Absent fields of the question stay out of the address. */
export function getJson<Answer>(path: string, question: Question = {}, signal?: AbortSignal): Promise<Answer> {
  const asked = Object.entries(question).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)]],
  );
  const query = new URLSearchParams(asked).toString();
  return send<Answer>(query ? `${path}?${query}` : path, signal ? { signal } : {});
}

/** POST below `/api/v1`. */
export const postJson = <Answer>(path: string, body: object = {}, signal?: AbortSignal): Promise<Answer> =>
  send<Answer>(path, withBody('POST', body, signal));

/** PUT below `/api/v1`. */
export const putJson = <Answer>(path: string, body: object): Promise<Answer> =>
  send<Answer>(path, withBody('PUT', body));

const withBody = (method: string, body: object, signal?: AbortSignal): RequestInit => ({
  method,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
  ...(signal && { signal }),
});

async function send<Answer>(path: string, request: RequestInit): Promise<Answer> {
  const response = await fetch(`/api/v1${path}`, request).catch((cause: unknown) => {
    if (request.signal?.aborted) throw cause;
    throw new ApiError({ code: 'UNREACHABLE', message: 'No answer from the server', retry: true }, 0, cause);
  });
  return readAnswer<Answer>(response);
}

/** The body of a good answer; an `ApiError` for a refusal, and for anything that is no JSON, such as a proxy's page. */
export async function readAnswer<Answer>(response: Response): Promise<Answer> {
  if (response.status === 204) return undefined as Answer;
  const body: unknown = await response.json().catch(() => undefined);
  if (response.ok && body !== undefined) return body as Answer;
  const refusal: Refusal = isRefusal(body)
    ? body
    : { code: 'BAD_ANSWER', message: `HTTP ${response.status}`, retry: response.status >= 500 };
  throw new ApiError(refusal, response.status);
}

const isRefusal = (body: unknown): body is Refusal =>
  typeof body === 'object' && body !== null && 'code' in body && 'message' in body && 'retry' in body;
