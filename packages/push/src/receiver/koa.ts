import type { IncomingMessage, ServerResponse } from 'node:http';
import { follow } from './follow.js';
import { readBodyOrLeft } from './read-body.js';
import type { Receiver } from './receiver.js';

/** What is used of Koa's own context, the same in Koa 2 and 3. */
interface KoaContext {
  req: IncomingMessage;
  res: ServerResponse;
  originalUrl: string;
  request: object;
  status: number;
  body: unknown;
  set(headers: { [name: string]: string }): void;
}

/**
 * A middleware for Koa 2 and 3 that answers whatever comes to it. It takes the request unread, or as text or bytes of a
 * body parser before it (`rawBody`); of a parsed body it throws.
 */
export function koaMiddleware(receiver: Receiver): (context: KoaContext) => Promise<void> {
  return async (context) => {
    const exchange = follow(receiver, context.req, context.res, context.originalUrl);
    const { rawBody, body: parsed } = context.request as { rawBody?: unknown; body?: unknown };
    const read = await readBodyOrLeft(context.req, [rawBody, parsed], receiver.maxBodyBytes);
    if (read === 'sender_left') return;
    const { status, headers, body } = await exchange.answer(read.body);
    context.set(headers);
    context.status = status;
    context.body = body;
  };
}
