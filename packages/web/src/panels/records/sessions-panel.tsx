import type { SessionRecord } from '@minilens/wire/records';
import { useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import type { ReactNode } from 'react';
import { useCopy } from '../../appearance/appearance';
import { recordWords } from '../../filters/record-words';
import { modelName } from '../../format/model-name';
import { MAX_OFFSET } from '../../query/asked';
import { sessions } from '../../query/records';
import { FAILED_SESSIONS, type FailedSessions } from '../../query/session-failures';
import { Button } from '../button';
import { CoveredHours } from '../covered-hours';
import { type Column, DataTable } from '../data-table';
import { Notice } from '../notice';
import { Pager } from '../pager';
import { Panel } from '../panel';
import { Question } from '../question';
import type { ScreenSearch } from '../screen-head';
import { useFormat } from '../use-format';
import { useScreen } from '../use-screen';
import { SessionLink, UserLink } from './links';
import { RecordsCsv } from './records-csv';

const SESSIONS_PER_PAGE = 25;

interface ListedSessions {
  having?: FailedSessions | undefined;
  page?: number | undefined;
}

interface SessionsPanelProps {
  address: ScreenSearch & ListedSessions;
  /** Whose, by any id one may have; absent for everyone's. */
  who?: string | undefined;
  /** Whose, by user id. */
  user?: string;
  /** Shown where there are none. */
  empty: ReactNode;
  controls?: ReactNode;
  onChange: (changed: ListedSessions) => void;
}

/** Sessions of the range, the newest first, each with what went wrong in it. */
export function SessionsPanel({ address, who, user, empty, controls, onChange }: SessionsPanelProps) {
  const { people } = useCopy();
  const { app, asked } = useScreen(address);
  const { having, page = 1, ...narrowed } = address;
  const answer = useQuery(
    sessions(app.appid, {
      ...asked,
      words: recordWords(address),
      who,
      user,
      having,
      limit: SESSIONS_PER_PAGE,
      offset: (page - 1) * SESSIONS_PER_PAGE,
    }),
  );
  const columns = useSessionColumns(narrowed).filter(({ key }) => user === undefined || !NAMES_USER.has(key));
  const reachable = MAX_OFFSET + SESSIONS_PER_PAGE;
  return (
    <>
      {answer.data && <CoveredHours range={answer.data.range} />}
      <Panel
        title={people.sessions}
        hint={people.newestFirst}
        controls={
          <>
            {controls}
            <Select<FailedSessions | ''>
              aria-label={people.wentWrong}
              popupMatchSelectWidth={false}
              value={having ?? ''}
              options={[
                { value: '', label: people.allSessions },
                ...FAILED_SESSIONS.map((value) => ({ value, label: people.having[value] })),
              ]}
              onChange={(picked) => onChange({ having: picked || undefined })}
            />
            <RecordsCsv name={people.sessions} items={answer.data?.items} />
          </>
        }
      >
        <Question of={answer} lines={10}>
          {({ items, total }) =>
            items.length === 0 && page === 1 ? (
              having ? (
                <Notice
                  title={people.noneHaving}
                  action={<Button onClick={() => onChange({ having: undefined })}>{people.allSessions}</Button>}
                >
                  {people.noSessions}
                </Notice>
              ) : (
                empty
              )
            ) : (
              <>
                <DataTable label={people.sessions} rows={items} rowKey={({ session }) => session} columns={columns} />
                <Pager
                  page={page}
                  pageSize={SESSIONS_PER_PAGE}
                  total={total}
                  reachable={reachable}
                  onPage={(picked) => onChange({ page: picked })}
                />
                {total >= MAX_OFFSET && <p className="muted capped">{people.capped}</p>}
              </>
            )
          }
        </Question>
      </Panel>
    </>
  );
}

/** Columns that say who it is, which is known on the screen of one user. */
const NAMES_USER: ReadonlySet<string> = new Set(['user', 'openid']);

function useSessionColumns(narrowed: ScreenSearch): Column<SessionRecord>[] {
  const { people, common } = useCopy();
  const format = useFormat();
  const number = (key: keyof typeof people.figure, cell: Column<SessionRecord>['cell']): Column<SessionRecord> => ({
    key,
    title: people.figure[key],
    meaning: people.meaning[key],
    isNumber: true,
    cell,
  });
  const bad = (count: number) => <span className={count > 0 ? 'bad' : 'muted'}>{format.count(count)}</span>;
  return [
    {
      key: 'startAt',
      title: people.start,
      cell: ({ session, startAt }) => <SessionLink session={session}>{format.moment(startAt)}</SessionLink>,
    },
    { key: 'user', title: people.user, cell: ({ user }) => <UserLink user={user} search={narrowed} /> },
    number('stay', ({ stayMs }) => format.value(stayMs / 1_000, 'seconds')),
    number('pages', ({ pages }) => format.count(pages)),
    number('calls', ({ calls }) => format.count(calls)),
    number('failedCalls', ({ failedCalls }) => bad(failedCalls)),
    number('requests', ({ requests }) => format.count(requests)),
    number('failedRequests', ({ failedRequests }) => bad(failedRequests)),
    number('errors', ({ errors }) => bad(errors)),
    { key: 'entry', title: people.entry, cell: ({ entry }) => <span className="mono">{entry || common.none}</span> },
    { key: 'version', title: people.version, cell: ({ version }) => version || common.none },
    {
      key: 'device',
      title: people.device,
      cell: ({ model, system }) => [modelName(model), system].filter(Boolean).join(' · ') || common.none,
    },
    {
      key: 'openid',
      title: people.openid,
      cell: ({ openid }) => <span className="mono">{openid || common.none}</span>,
    },
  ];
}
