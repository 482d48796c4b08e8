import { Readable } from 'node:stream';
import type { FastifyPluginAsync } from 'fastify';
import { follow } from './follow.js';
import { readBody } from './read-body.js';
import type { Receiver } from './receiver.js';

/**
 * For `app.register(fastifyPlugin, { prefix, receiver })` of Fastify 5: the receiver answers at the prefix. Bodies come to
 * it unread; the parsers of all other routes stay as they are.
 */
export const fastifyPlugin: FastifyPluginAsync<{ receiver: Receiver }> = async (scope, { receiver }) => {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));

  scope.all('/', async (request, reply) => {
    const exchange = follow(receiver, request.raw, reply.raw);
    const stream = request.body instanceof Readable ? request.body : request.raw;
    const read = await readBody(stream, receiver.maxBodyBytes);
    if (read === 'sender_left') return reply.hijack();
    const { status, headers, body } = await exchange.answer(read.body);
    return reply.code(status).headers(headers).send(body);
  });
};
