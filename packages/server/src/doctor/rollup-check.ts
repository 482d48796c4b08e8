import { type Static, Type } from 'typebox';

const count = Type.Integer({ minimum: 0 });

/** POST /api/v1/apps/:app/check: one slice of `minilens doctor --deep`. */
export const RollupCheckAnswer = Type.Object({
  timezone: Type.String({ description: 'The zone that dates are meant in' }),
  left: Type.Integer({ minimum: 0, description: 'Hours that the range still holds' }),
  last: Type.Integer({ description: 'The last hour looked at, Unix ms' }),
  check: Type.Object({
    hours: Type.Integer({ minimum: 0, description: 'Hours whose rollups were compared, on each shard' }),
    rows: count,
    values: count,
    passedOver: Type.Object(
      { dirty: count, eventsGone: count, sharedOut: count, newcomers: count },
      {
        description:
          'Hours not compared: they wait for their rollup, their events were dropped, a restore shared their rollup out among shards, or (for who is new only) an earlier one waits',
      },
    ),
    differing: Type.Integer({ minimum: 0, description: 'Rows that differ' }),
    differences: Type.Array(
      Type.Object({
        hour: Type.Integer({ description: 'Unix ms' }),
        source: Type.String(),
        key: Type.Record(Type.String(), Type.String()),
        column: Type.String({ description: '`rows` where the row itself is on one side only' }),
        rollup: Type.String(),
        events: Type.String(),
      }),
    ),
    events: count,
    doubled: Type.Integer({ minimum: 0, description: 'Events stored more than once' }),
    doubles: Type.Array(Type.Object({ hour: Type.Integer(), session: Type.String(), n: count, copies: count })),
    eventsInWrongHour: count,
    sessionsInTwoPlaces: count,
    usersOnTwoShards: count,
  }),
});
export type RollupCheckAnswer = Static<typeof RollupCheckAnswer>;
