import { text } from 'node:stream/consumers';
import type { Connect, Plugin } from 'vite';
import { answerFake, type Scenario } from './fake-api.ts';

/** Answers `/api/v1/*` inside Vite, so that the screens can be worked on without a server. */
export function fakeApi(now: () => number = Date.now): Plugin {
  const answer: Connect.NextHandleFunction = async (request, response) => {
    const scenario = (/\bfake=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1] ?? 'normal') as Scenario;
    const sent = await text(request);
    const fake = answerFake({
      method: request.method ?? 'GET',
      path: request.url ?? '/',
      body: sent ? JSON.parse(sent) : undefined,
      scenario,
      nowMs: now(),
    });
    if (fake === 'never') return;
    response.writeHead(fake.status, { 'content-type': 'application/json' });
    response.end(fake.body === undefined ? undefined : JSON.stringify(fake.body));
  };
  return {
    name: 'fake-api',
    configureServer: ({ middlewares }) => void middlewares.use('/api/v1', answer),
    configurePreviewServer: ({ middlewares }) => void middlewares.use('/api/v1', answer),
  };
}
