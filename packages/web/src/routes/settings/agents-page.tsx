import type { EventList } from '@minilens/wire/records';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useCopy } from '../../appearance/appearance';
import { useApp } from '../../panels/app-context';
import { CsvButton } from '../../panels/csv-button';
import { DataTable } from '../../panels/data-table';
import { Notice } from '../../panels/notice';
import { Panel } from '../../panels/panel';
import { Question } from '../../panels/question';
import { ScreenHead } from '../../panels/screen-head';
import { useChange } from '../../panels/use-change';
import { useFormat } from '../../panels/use-format';
import { useTitle } from '../../panels/use-title';
import { agentReports } from '../../query/settings';
import { askedRange, chosenRange, type RangeSearch } from '../../range/range-choice';
import { useNow } from '../../range/use-now';
import { AgentConfigPanel } from './agent-config-panel';
import { deviceGroups, type MissingHook, missingHooks, newestOfEach } from './agent-reports';

const route = getRouteApi('/signed-in/apps/$app/settings/agents');

/** What agents are told to do, and whether they see everything they should, by version and device. */
export function AgentsPage() {
  const { settings } = useCopy();
  const copy = settings.agents;
  const app = useApp();
  const address = route.useSearch();
  const change = useChange<RangeSearch>();
  const asked = askedRange(chosenRange(address), app.timezone, useNow());
  const reports = useQuery(agentReports(app.appid, asked));
  useTitle(copy.title, app.name);
  return (
    <>
      <ScreenHead title={copy.title} address={address} hasFilters={false} onChange={change} />
      <AgentConfigPanel />
      <Question of={reports} lines={10}>
        {(answer) => (answer.items.length === 0 ? <NoReports /> : <Reports answer={answer} />)}
      </Question>
    </>
  );
}

function NoReports() {
  const { settings, install } = useCopy();
  const copy = settings.agents;
  const { appid } = useApp();
  return (
    <div className="panel">
      <Notice
        title={copy.emptyTitle}
        action={
          <Link to="/apps/$app/settings/install" params={{ app: appid }}>
            {install.title} →
          </Link>
        }
      >
        {copy.empty}
      </Notice>
    </div>
  );
}

function Reports({ answer }: { answer: EventList }) {
  const { settings } = useCopy();
  const copy = settings.agents;
  const format = useFormat();
  const reports = useMemo(() => newestOfEach(answer.items), [answer]);
  return (
    <>
      <p className="muted covered">
        {answer.total > answer.items.length
          ? copy.newest(format.count(answer.items.length), format.count(answer.total), format.count(reports.length))
          : copy.all(format.count(answer.items.length), format.count(reports.length))}
      </p>
      <Hooks hooks={missingHooks(reports)} />
      <Devices reports={reports} />
    </>
  );
}

function Hooks({ hooks }: { hooks: readonly MissingHook[] }) {
  const { settings, detail } = useCopy();
  const copy = settings.agents;
  const format = useFormat();
  const stateName = (state: string) => (copy.hookStates as Record<string, string>)[state] ?? state;
  const stateMeaning = (state: string) => (copy.hookMeanings as Record<string, string>)[state];
  return (
    <Panel
      title={copy.hooks}
      hint={copy.hooksHint}
      controls={
        hooks.length > 0 && (
          <CsvButton
            name={copy.hooks}
            rows={() => [
              [copy.hook, copy.state, copy.sessions, copy.versions, copy.devices, detail.lastSeen],
              ...hooks.map(({ name, state, sessions, versions, devices, lastAt }) => [
                name,
                state,
                sessions,
                versions.join(' '),
                devices.join(', '),
                format.moment(lastAt),
              ]),
            ]}
          />
        )
      }
    >
      {hooks.length === 0 ? (
        <Notice title={copy.allInPlaceTitle}>{copy.allInPlace}</Notice>
      ) : (
        <DataTable
          label={copy.hooks}
          rows={hooks}
          rowKey={({ name, state }) => `${name} ${state}`}
          columns={[
            { key: 'hook', title: copy.hook, cell: ({ name }) => <code>{name}</code> },
            {
              key: 'state',
              title: copy.state,
              cell: ({ state }) => <span title={stateMeaning(state)}>{stateName(state)}</span>,
            },
            {
              key: 'sessions',
              title: copy.sessions,
              meaning: copy.sessionsMeaning,
              isNumber: true,
              cell: ({ sessions }) => format.count(sessions),
            },
            {
              key: 'versions',
              title: copy.versions,
              cell: ({ versions }) => <Listed texts={versions.map((version) => version || detail.noVersion)} />,
            },
            { key: 'devices', title: copy.devices, cell: ({ devices }) => <Listed texts={devices} /> },
            { key: 'last', title: detail.lastSeen, cell: ({ lastAt }) => format.moment(lastAt) },
          ]}
        />
      )}
      {hooks.length > 0 && (
        <ul className="panel-text muted">
          {[...new Set(hooks.map(({ state }) => state))].map((state) => (
            <li key={state}>
              {stateName(state)}: {stateMeaning(state)}
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Devices({ reports }: { reports: ReturnType<typeof newestOfEach> }) {
  const { settings, detail, records } = useCopy();
  const copy = settings.agents;
  const format = useFormat();
  const groups = deviceGroups(reports);
  const stateName = (state: string) => (copy.states as Record<string, string>)[state] ?? state;
  return (
    <Panel
      title={copy.byDevice}
      hint={copy.byDeviceHint}
      controls={
        <CsvButton
          name={copy.byDevice}
          rows={() => [
            [
              detail.version,
              records.device,
              records.system,
              records.wechat,
              records.sdk,
              copy.sessions,
              copy.users,
              copy.missing,
              copy.dropped,
              detail.lastSeen,
            ],
            ...groups.map((group) => [
              group.version,
              group.model || group.platform,
              group.system,
              group.wechat,
              group.sdk,
              group.sessions,
              group.users,
              group.missing.join(', '),
              group.dropped,
              format.moment(group.lastAt),
            ]),
          ]}
        />
      }
    >
      <DataTable
        label={copy.byDevice}
        rows={groups}
        rowKey={({ key }) => key}
        columns={[
          { key: 'version', title: detail.version, cell: ({ version }) => version || detail.noVersion },
          {
            key: 'device',
            title: records.device,
            cell: ({ model, platform, system }) => (
              <>
                {model || platform} <span className="muted">{system}</span>
              </>
            ),
          },
          { key: 'wechat', title: records.wechat, cell: ({ wechat }) => wechat },
          { key: 'sdk', title: records.sdk, cell: ({ sdk }) => sdk },
          {
            key: 'sessions',
            title: copy.sessions,
            meaning: copy.sessionsMeaning,
            isNumber: true,
            cell: ({ sessions }) => format.count(sessions),
          },
          { key: 'users', title: copy.users, isNumber: true, cell: ({ users }) => format.count(users) },
          {
            key: 'missing',
            title: copy.missing,
            meaning: copy.missingMeaning,
            isNumber: true,
            cell: ({ missing }) => (
              <span className={missing.length ? 'bad' : 'muted'}>{format.count(missing.length)}</span>
            ),
          },
          { key: 'states', title: copy.agentState, cell: ({ states }) => states.map(stateName).join(', ') || '—' },
          {
            key: 'dropped',
            title: copy.dropped,
            meaning: copy.droppedMeaning,
            isNumber: true,
            cell: ({ dropped }) => <span className={dropped ? 'bad' : 'muted'}>{format.count(dropped)}</span>,
          },
          { key: 'last', title: detail.lastSeen, cell: ({ lastAt }) => format.moment(lastAt) },
        ]}
        more={({ missing }) =>
          missing.length === 0 ? copy.allInPlaceTitle : <span className="mono">{missing.join(' · ')}</span>
        }
      />
    </Panel>
  );
}

/** The first ones, and how many more. */
function Listed({ texts }: { texts: readonly string[] }) {
  const shown = texts.slice(0, 3).join(', ');
  const more = texts.length - 3;
  return (
    <span title={texts.join(', ')}>
      {shown}
      {more > 0 && <span className="muted"> +{more}</span>}
    </span>
  );
}
