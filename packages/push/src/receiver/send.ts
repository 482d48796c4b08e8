import type { ServerResponse } from 'node:http';
import type { PushAnswer } from './exchange.js';

export function send(response: ServerResponse, { status, headers, body }: PushAnswer): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
}
