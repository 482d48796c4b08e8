import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import helmet from '@fastify/helmet';
import serveStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import type { Role } from '../roles.js';
import { refuseUnknown } from './nothing-here.js';

/** The bundle lies as deep as this file. */
const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', 'web', 'dist');

/** Files whose name holds their hash never change. */
const HASHED = /[\\/]assets[\\/]/;

/** Nothing from elsewhere, and no script but files of ours. Ant Design writes its styles into the page. */
const CONTENT_SECURITY_POLICY = {
  'default-src': ["'self'"],
  'script-src': ["'self'"],
  'script-src-attr': ["'none'"],
  'object-src': ["'none'"],
  'form-action': ["'self'"],
  'style-src': ["'self'", "'unsafe-inline'"],
  'img-src': ["'self'", 'data:'],
  'frame-ancestors': ["'none'"],
  'base-uri': ["'none'"],
};

/** The built dashboard at `/`. An address of one of its pages gives the page; an unknown API path stays an error. */
export async function serveDashboard(app: FastifyInstance, { role }: { role: Role }): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: CONTENT_SECURITY_POLICY },
    strictTransportSecurity: false,
  });
  const isBuilt = existsSync(join(ROOT, 'index.html'));
  if (isBuilt) {
    await app.register(serveStatic, {
      root: ROOT,
      wildcard: true,
      preCompressed: true,
      cacheControl: false,
      setHeaders: (reply, path) => {
        reply.setHeader('cache-control', HASHED.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache');
        reply.setHeader('vary', 'accept-encoding');
      },
    });
  }
  app.setNotFoundHandler(async (request, reply) => {
    const isPage = request.method === 'GET' && (request.headers.accept ?? '').includes('text/html');
    if (isBuilt && isPage && !/^\/(api|v1)\//.test(request.url)) return reply.sendFile('index.html');
    return refuseUnknown(request, role);
  });
}
