import type { IncomingMessage, ServerResponse } from 'node:http';
import { follow } from './follow.js';
import { readBodyOrLeft } from './read-body.js';
import type { Receiver } from './receiver.js';
import { send } from './send.js';

/** What Express and its body parsers add to a request. */
interface ExpressRequest extends IncomingMessage {
  originalUrl: string;
  body?: unknown;
  rawBody?: unknown;
}

/**
 * For `app.use(path, …)` or `app.all(path, …)` of Express 4 and 5. It takes the request unread, or as text or bytes of a
 * body parser before it; of a parsed body it hands an error on.
 */
export function expressHandler(
  receiver: Receiver,
): (request: ExpressRequest, response: ServerResponse, next: (error: unknown) => void) => void {
  return (request, response, next) => {
    const exchange = follow(receiver, request, response, request.originalUrl);
    readBodyOrLeft(request, [request.rawBody, request.body], receiver.maxBodyBytes)
      .then(async (read) => {
        if (read !== 'sender_left') send(response, await exchange.answer(read.body));
      })
      .catch(next);
  };
}
