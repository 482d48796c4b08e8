import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { PushSettingsBody, PushSettings as Shown } from '@minilens/wire/push-report';
import { Refusal as RefusalBody } from '@minilens/wire/receipt';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Identify } from '../admin/identify.js';
import { publicOrigin } from '../http/public-origin.js';
import { Refusal } from '../http/refusal.js';
import { isOwnAddress } from './is-own-address.js';
import type { PushSettings, ShownSettings } from './push-settings.js';

export interface PushSettingsDeps {
  identify: Identify;
  pushSettings: PushSettings;
  publicUrl: string | undefined;
}

const about = { tags: ['apps'], params: Type.Object({ app: Type.String({ maxLength: 18 }) }) };
const refusals = { 400: RefusalBody, 401: RefusalBody, 403: RefusalBody };

/** How the messages of an app are passed on. */
export const pushSettingsRoutes: FastifyPluginAsyncTypebox<PushSettingsDeps> = async (
  app,
  { identify, pushSettings, publicUrl },
) => {
  type AppRequest = FastifyRequest & { params: { app: string } };
  const appOf = async (request: AppRequest) => (await identify.forApp(request, request.params.app, 'changePush')).appid;
  const withUrl = (request: AppRequest, settings: ShownSettings): Shown => ({
    url: `${publicOrigin(request, publicUrl)}/push/${request.params.app}`,
    ...settings,
  });

  app.get(
    '/api/v1/apps/:app/push/settings',
    {
      schema: {
        ...about,
        summary: 'How its pushed messages are passed on, without secrets',
        response: { 200: Shown, ...refusals },
      },
    },
    async (request) => withUrl(request, await pushSettings.read(await appOf(request))),
  );

  app.put(
    '/api/v1/apps/:app/push/settings',
    {
      config: { audit: 'change_push' },
      schema: {
        ...about,
        summary: 'Change it; what is absent stays, null takes away',
        body: PushSettingsBody,
        response: { 200: Shown, ...refusals },
      },
    },
    async (request) => {
      const appid = await appOf(request);
      const { upstream } = request.body;
      // Where this server sends requests and shows their answers: that could be what nobody else can reach.
      if (upstream && upstream !== (await pushSettings.read(appid)).upstream)
        await identify.forServer(request, 'chooseUpstreams');
      if (upstream && URL.canParse(upstream) && isOurs(new URL(upstream), request))
        throw new Refusal(
          'INVALID_REQUEST',
          'upstream is this server itself, and a message would go round in circles. Write the address of the back end that takes it.',
        );
      return withUrl(request, await pushSettings.change(appid, request.body));
    },
  );

  const isOurs = (upstream: URL, request: AppRequest) => {
    const isAt = (origin: string) => origin !== '' && new URL(origin).origin === upstream.origin;
    const listening = app.server.address();
    // A command that works on the data directory itself is asked at no address.
    if (typeof listening !== 'object' || listening === null) return publicUrl !== undefined && isAt(publicUrl);
    return isAt(publicOrigin(request, publicUrl)) || isOwnAddress(upstream, listening.port);
  };
};
