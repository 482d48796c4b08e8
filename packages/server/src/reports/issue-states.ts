import { ask } from '@minilens/store/ask';
import type { Store } from '@minilens/store/connect';
import { firstHours } from '@minilens/store/first-hours';
import type { IssueState, IssueStateBody } from '@minilens/wire/records';
import type { Db } from '../db/connect.js';
import type { IssueStatesTable } from '../db/tables.js';
import { Refusal } from '../http/refusal.js';
import { isOpenAgain, type Sighting } from './is-open-again.js';

const HOUR_MS = 3_600_000;

/** Issues of one app that something may be said of. Whoever says more fills the database. */
const MOST_STATES = 10_000;

/** Issues that one question to the store names. */
const AT_ONCE = 500;

/** What people say of issues. All apps named here exist. */
export interface IssueStates {
  /** @throws Refusal INVALID_REQUEST for a version of what is not resolved, or when too much is said already. */
  say(appid: string, issue: string, wanted: IssueStateBody, by: string): Promise<IssueState>;
  /** Those that are not simply open. One that was resolved and came back is open. */
  list(appid: string): Promise<IssueState[]>;
}

export function createIssueStates(db: Db, store: Store, now: () => number): IssueStates {
  return {
    say: async (appid, issue, { state, version = '' }, by) => {
      if (version !== '' && state !== 'resolved')
        throw new Refusal('INVALID_REQUEST', `Only what is resolved is so in a version. Leave it out with ${state}.`);
      const said = { state, version, changed_at: now(), changed_by: by };
      if (state === 'open') {
        await db.deleteFrom('issue_states').where('appid', '=', appid).where('issue', '=', issue).execute();
        return toState({ issue, ...said });
      }
      const { others } = await db
        .selectFrom('issue_states')
        .select((of) => of.fn.countAll().as('others'))
        .where('appid', '=', appid)
        .where('issue', '!=', issue)
        .executeTakeFirstOrThrow();
      if (Number(others) >= MOST_STATES)
        throw new Refusal(
          'INVALID_REQUEST',
          `${MOST_STATES} issues of ${appid} are resolved or ignored already. Open some again that are gone.`,
        );
      await db
        .insertInto('issue_states')
        .values({ appid, issue, ...said })
        .onConflict((conflict) => conflict.columns(['appid', 'issue']).doUpdateSet(said))
        .execute();
      return toState({ issue, ...said });
    },

    list: async (appid) => {
      const rows = await db
        .selectFrom('issue_states')
        .select(['issue', 'state', 'version', 'changed_at', 'changed_by'])
        .where('appid', '=', appid)
        .orderBy('changed_at', 'desc')
        .orderBy('issue')
        .execute();
      const states = rows.map(toState);
      const resolved = states.filter(({ state }) => state === 'resolved');
      if (resolved.length === 0) return states;
      const to = (Math.floor(now() / HOUR_MS) + 1) * HOUR_MS;
      const versions = await firstHours(store, appid, to);
      const seen = await sightings(store, appid, resolved, to);
      return states.map((said) =>
        said.state === 'resolved' && isOpenAgain(said, seen.get(said.issue) ?? [], versions)
          ? { ...said, state: 'open' }
          : said,
      );
    },
  };
}

const toState = (row: Omit<IssueStatesTable, 'appid'>): IssueState => ({
  ...{ issue: row.issue, state: row.state, version: row.version },
  ...{ changedAt: Number(row.changed_at), changedBy: row.changed_by },
});

/** In which versions these issues were seen since the first of them was resolved. */
async function sightings(
  store: Store,
  app: string,
  resolved: readonly IssueState[],
  to: number,
): Promise<Map<string, Sighting[]>> {
  const from = Math.floor(Math.min(...resolved.map(({ changedAt }) => changedAt)) / HOUR_MS) * HOUR_MS;
  const seen = new Map<string, Sighting[]>();
  for (let first = 0; first < resolved.length; first += AT_ONCE) {
    const rows = await ask(store, {
      ...{ app, from, to, timezone: 'UTC' },
      metrics: ['lastSeenAt'],
      by: ['issue', 'version'],
      filter: { issue: resolved.slice(first, first + AT_ONCE).map(({ issue }) => issue) },
    });
    for (const { issue, version, lastSeenAt } of rows)
      seen.set(issue, [...(seen.get(issue) ?? []), { version, lastSeenAt: lastSeenAt ?? 0 }]);
  }
  return seen;
}
