import type { FastifyRequest } from 'fastify';
import { WechatError } from './wechat-error.js';

/** A parameter of the query: the first where it is repeated, nothing where it is absent or empty. */
export function queryText({ query }: FastifyRequest, name: string): string | undefined {
  const value = (query as Record<string, string | string[] | undefined>)[name];
  return (Array.isArray(value) ? value[0] : value) || undefined;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The body as JSON of the wanted shape. Throws 44002 without a body, 47001 for anything else. */
export function readBody<T>({ body }: FastifyRequest, shape: { Check(value: unknown): value is T }): T {
  if (!(body instanceof Uint8Array) || body.length === 0) throw new WechatError(44002);
  const value = parseJson(body);
  if (!shape.Check(value)) throw new WechatError(47001);
  return value;
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch {
    throw new WechatError(47001);
  }
}
