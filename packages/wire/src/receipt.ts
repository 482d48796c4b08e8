import { type Static, Type } from 'typebox';
import { CurrentAgentConfig } from './agent-config.js';

/** Why an event was not stored. Each value is a counter label and a row in docs/protocol.md. */
export const DROP_REASONS = ['duplicate', 'invalid', 'unknown_kind', 'too_old', 'future', 'erased'] as const;
export type DropReason = (typeof DROP_REASONS)[number];

/** The answer to a batch: everything in it is settled, and none of it need be sent again. */
export const Receipt = Type.Object({
  accepted: Type.Integer({ minimum: 0, description: 'Events now durable' }),
  dropped: Type.Partial(
    Type.Object(
      Object.fromEntries(DROP_REASONS.map((reason) => [reason, Type.Integer({ minimum: 1 })])) as {
        [R in DropReason]: ReturnType<typeof Type.Integer>;
      },
    ),
    { description: 'Events not stored, by reason' },
  ),
  config: Type.Optional(
    Type.Object(CurrentAgentConfig.properties, {
      description: 'The remote configuration, when the batch named another version of it',
    }),
  ),
});
export type Receipt = Static<typeof Receipt>;

/** A refused batch. `retry` says whether the same bytes may succeed later. */
export const Refusal = Type.Object({
  code: Type.String({ description: 'One of the codes in docs/protocol.md' }),
  message: Type.String({ description: 'What was wrong, where, and what to do' }),
  retry: Type.Boolean(),
});
export type Refusal = Static<typeof Refusal>;
