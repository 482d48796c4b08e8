import type { FastifyInstance } from 'fastify';
import { readBody } from './read-body.js';
import { Refusal } from './refusal.js';

/**
 * Reads bodies as JSON, whatever they are called: devices label JSON as they like.
 *
 * @param prototypes what becomes of a word `__proto__` or `constructor`. Looking for them takes as long as reading; only
 * routes that copy what they know by name, and nothing else, may keep them.
 */
export function readJson(app: FastifyInstance, prototypes: 'remove' | 'ignore'): void {
  const parse = app.getDefaultJsonParser(prototypes, prototypes);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body, done) => {
    readBody(request, body as Buffer).then((text) => {
      if (text === '') return done(null, undefined);
      try {
        return parse(request, text, done);
      } catch {
        return done(new Refusal('INVALID_JSON', 'The body is nested too deep.'));
      }
    }, done);
  });
}
