import { CaretRightOutlined, PauseOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useCopy } from '../../appearance/appearance';
import { chosenFilters, NO_FILTERS } from '../../filters/filter-search';
import { recordWords } from '../../filters/record-words';
import { useApp } from '../../panels/app-context';
import { Button } from '../../panels/button';
import { Figure } from '../../panels/figure';
import { Figures } from '../../panels/figures';
import { FilterBar } from '../../panels/filter-bar';
import { Notice } from '../../panels/notice';
import { Question } from '../../panels/question';
import { useChange } from '../../panels/use-change';
import { useFormat } from '../../panels/use-format';
import { useTitle } from '../../panels/use-title';
import type { LiveState } from '../../query/live-state';
import { live } from '../../query/records';
import { askedRange } from '../../range/range-choice';
import { useNow } from '../../range/use-now';
import type { LiveSearch } from '../address';
import { LiveEvents } from './live-events';
import { MinuteCharts } from './minute-charts';

const route = getRouteApi('/signed-in/apps/$app/live');

/** What happens now: who is here, the last hour by minutes, and events as they arrive. */
export function LivePage() {
  const { people } = useCopy();
  const app = useApp();
  const address = route.useSearch();
  const nowMs = useNow();
  const [isPaused, setPaused] = useState(false);
  const answer = useQuery(live(app.appid, recordWords(address), address.kind, isPaused));
  useTitle(people.live, app.name);

  const change = useChange<LiveSearch>();

  return (
    <>
      <div className="page-head">
        <h1>{people.live}</h1>
        <div className="page-controls">
          {answer.data && <Freshness at={answer.data.now} isPaused={isPaused} />}
          <Button
            icon={isPaused ? <CaretRightOutlined /> : <PauseOutlined />}
            onClick={() => setPaused((before) => !before)}
          >
            {isPaused ? people.resume : people.pause}
          </Button>
        </div>
      </div>
      <FilterBar value={address} asked={askedRange({ preset: '24h' }, app.timezone, nowMs)} onChange={change} />
      <Question of={answer} lines={14}>
        {(state) => (
          <>
            <Online online={state.online} />
            {isQuiet(state) ? (
              <div className="panel">
                <Quiet address={address} onClear={() => change(NO_FILTERS)} />
              </div>
            ) : (
              <>
                <MinuteCharts minutes={state.minutes} />
                <LiveEvents items={state.items} kind={address.kind} onChange={change} />
              </>
            )}
          </>
        )}
      </Question>
    </>
  );
}

const isQuiet = ({ minutes, items }: LiveState) => items.length === 0 && minutes.every(({ events }) => events === 0);

function Freshness({ at, isPaused }: { at: number; isPaused: boolean }) {
  const { people } = useCopy();
  const when = useFormat().time(at);
  return (
    <span className={isPaused ? 'freshness paused' : 'freshness'}>
      {isPaused ? people.pausedAt(when) : people.updatedAt(when)}
    </span>
  );
}

function Online({ online }: Pick<LiveState, 'online'>) {
  const { people } = useCopy();
  const format = useFormat();
  return (
    <Figures label={people.online}>
      <Figure name={people.onlineUsers} meaning={people.onlineUsersMeaning}>
        {format.count(online.users)}
      </Figure>
      <Figure name={people.onlineSessions} meaning={people.onlineSessionsMeaning}>
        {format.count(online.sessions)}
      </Figure>
    </Figures>
  );
}

function Quiet({ address, onClear }: { address: LiveSearch; onClear: () => void }) {
  const { people, list, filter } = useCopy();
  const { appid } = useApp();
  return Object.keys(chosenFilters(address)).length > 0 ? (
    <Notice title={people.quietTitle} action={<Button onClick={onClear}>{filter.clear}</Button>}>
      {people.quietFiltered}
    </Notice>
  ) : (
    <Notice
      title={people.quietTitle}
      action={
        <Link to="/apps/$app/settings/install" params={{ app: appid }}>
          {list.toInstall}
        </Link>
      }
    >
      {people.quiet}
    </Notice>
  );
}
