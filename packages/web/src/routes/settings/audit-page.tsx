import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useCopy } from '../../appearance/appearance';
import { useApp } from '../../panels/app-context';
import { CsvButton } from '../../panels/csv-button';
import { DataTable } from '../../panels/data-table';
import { Notice } from '../../panels/notice';
import { Pager } from '../../panels/pager';
import { Panel } from '../../panels/panel';
import { Question } from '../../panels/question';
import { useFormat } from '../../panels/use-format';
import { useTitle } from '../../panels/use-title';
import { auditLog } from '../../query/access';
import { MAX_OFFSET } from '../../query/asked';
import { OwnersOnly } from './owners-only';

const PAGE_SIZE = 50;

const route = getRouteApi('/signed-in/apps/$app/settings/audit');

export function AuditPage() {
  const { settings } = useCopy();
  useTitle(settings.audit.title, useApp().name);
  return (
    <>
      <h1>{settings.audit.title}</h1>
      <OwnersOnly>
        <AuditLog />
      </OwnersOnly>
    </>
  );
}

/** Who did what with the app, newest first. */
function AuditLog() {
  const { settings, trend } = useCopy();
  const copy = settings.audit;
  const { appid } = useApp();
  const format = useFormat();
  const { page = 1 } = route.useSearch();
  const navigate = route.useNavigate();
  const answer = useQuery(auditLog(appid, { limit: PAGE_SIZE, offset: (page - 1) * PAGE_SIZE }));
  const titles = [trend.time, copy.who, copy.action, copy.about, copy.from];
  return (
    <Panel
      title={copy.log}
      hint={copy.hint}
      controls={
        answer.data && (
          <CsvButton
            name={copy.title}
            rows={() => [
              titles,
              ...(answer.data?.items ?? []).map(({ at, who, action, about, ip }) => [
                format.moment(at),
                who,
                copy.actions[action],
                about,
                ip,
              ]),
            ]}
          />
        )
      }
    >
      <Question of={answer} lines={8}>
        {({ total, items }) =>
          items.length === 0 ? (
            <Notice title={copy.emptyTitle}>{copy.empty}</Notice>
          ) : (
            <>
              <DataTable
                label={copy.log}
                rows={items}
                rowKey={({ at, who, action, about }) => `${at} ${who} ${action} ${about}`}
                columns={[
                  { key: 'at', title: trend.time, cell: ({ at }) => format.moment(at) },
                  { key: 'who', title: copy.who, cell: ({ who }) => who },
                  { key: 'action', title: copy.action, cell: ({ action }) => copy.actions[action] ?? action },
                  { key: 'about', title: copy.about, cell: ({ about }) => <span className="message">{about}</span> },
                  { key: 'ip', title: copy.from, cell: ({ ip }) => <span className="mono">{ip}</span> },
                ]}
              />
              <Pager
                page={page}
                pageSize={PAGE_SIZE}
                total={total}
                reachable={MAX_OFFSET}
                onPage={(picked) => void navigate({ search: { page: picked }, resetScroll: false })}
              />
            </>
          )
        }
      </Question>
    </Panel>
  );
}
