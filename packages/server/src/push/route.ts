import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { APP_ID_PATTERN } from '@minilens/wire/envelope';
import { Type } from 'typebox';
import { Refusal } from '../http/refusal.js';
import type { PassOn } from './pass-on.js';
import type { PushSettings } from './push-settings.js';

export interface PushRouteDeps {
  pushSettings: PushSettings;
  passOn: PassOn;
}

/** What is entered in the WeChat console: passes an app's messages on to its back end and measures the answers. */
export const pushRoute: FastifyPluginAsyncTypebox<PushRouteDeps> = async (app, { pushSettings, passOn }) => {
  // Whatever the body is, it is passed on as it comes.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _body, done) => done(null));

  app.route({
    method: ['GET', 'POST'],
    url: '/push/:app',
    exposeHeadRoute: false,
    schema: { hide: true, params: Type.Object({ app: Type.String({ pattern: APP_ID_PATTERN }) }) },
    handler: async (request, reply) => {
      const { app: appid } = request.params;
      const settings = await pushSettings.inForce(appid);
      if (settings === undefined)
        throw new Refusal(
          'NOT_FOUND',
          'No messages are passed on from here. Say where to: minilens push settings <appid> --upstream <url>.',
        );
      reply.hijack();
      await passOn.handle(appid, settings, request.raw, reply.raw);
    },
  });
};
