import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Exchange } from './exchange.js';
import type { Receiver } from './receiver.js';

/** Begins the exchange of a request of Node's, and ends it with the response. @param url as it was asked for. */
export function follow(
  receiver: Receiver,
  request: IncomingMessage,
  response: ServerResponse,
  url = request.url ?? '/',
): Exchange {
  const [path] = url.split('?', 1);
  const query = url.slice((path as string).length);
  const { method = 'GET', headers } = request;
  const exchange = receiver.begin({ method, path, query, host: headers.host });
  response.once('finish', () => exchange.end(true)).once('close', () => exchange.end(false));
  return exchange;
}
