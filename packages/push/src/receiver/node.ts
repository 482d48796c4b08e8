import type { IncomingMessage, ServerResponse } from 'node:http';
import { follow } from './follow.js';
import { readBody } from './read-body.js';
import type { Receiver } from './receiver.js';
import { send } from './send.js';

/** For `http.createServer`: everything that is asked goes to the receiver. */
export function nodeListener(
  receiver: Receiver,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    const exchange = follow(receiver, request, response);
    const read = await readBody(request, receiver.maxBodyBytes);
    if (read !== 'sender_left') send(response, await exchange.answer(read.body));
  };
}
