import { type Static, Type } from 'typebox';
import { LIMITS } from './limits.js';

const rate = (description: string) => Type.Optional(Type.Number({ minimum: 0, maximum: 1, description }));

/**
 * What an app's owner may change in agents that are already out. It reaches an agent in the receipt of a batch and is
 * kept on the device; what is absent stays as the app configured it.
 */
export const AgentConfig = Type.Object(
  {
    off: Type.Optional(Type.Boolean({ description: 'True: watch nothing and send nothing, from now on' })),
    hookApis: Type.Optional(
      Type.Array(Type.String({ maxLength: LIMITS.name, pattern: '^(\\*|[A-Za-z][A-Za-z0-9_.]*)$' }), {
        maxItems: 200,
        description: 'Interfaces to watch, without `wx.`; `*` stands for all',
      }),
    ),
    sampling: Type.Optional(
      Type.Object(
        {
          session: Type.Optional(
            Type.Number({
              exclusiveMinimum: 0,
              maximum: 1,
              description:
                'Share of sessions that report at all; more than 0, or no agent would ever hear of another (see `off`)',
            }),
          ),
          call: rate('Share of interface calls'),
          request: rate('Share of requests'),
          performance: rate('Share of performance measurements'),
          error: rate('Share of JavaScript errors'),
          custom: rate("Share of the app's own events"),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
);
export type AgentConfig = Static<typeof AgentConfig>;

/** What is in force, and the version an agent names to say that it follows it. */
export const CurrentAgentConfig = Type.Object({
  version: Type.String({ maxLength: 32, description: 'Empty: there is none' }),
  values: AgentConfig,
});
export type CurrentAgentConfig = Static<typeof CurrentAgentConfig>;
