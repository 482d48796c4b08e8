import { ReloadOutlined, SearchOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useCallback } from 'react';
import { useCopy } from '../../appearance/appearance';
import { Button } from '../../panels/button';
import { CoveredHours } from '../../panels/covered-hours';
import { Question } from '../../panels/question';
import { ScreenHead } from '../../panels/screen-head';
import { SearchBox } from '../../panels/search-box';
import { FIRST_PAGE, useChange } from '../../panels/use-change';
import { useScreen } from '../../panels/use-screen';
import { useTitle } from '../../panels/use-title';
import { callTrends, interfaceList, lineGrain } from '../../query/interfaces';
import { useNow } from '../../range/use-now';
import type { InterfacesSearch } from '../address';
import { INTERFACE_SORTS } from '../list-metrics';
import { InterfaceCsv, InterfaceTable, ROWS_PER_PAGE } from './interface-table';
import { NoInterfaces } from './no-interfaces';

const route = getRouteApi('/signed-in/apps/$app/interfaces');

export function InterfacesPage() {
  const copy = useCopy();
  const address = route.useSearch();
  const { app, asked, filters, grain } = useScreen(address);
  const { search, sort = INTERFACE_SORTS[0], order = 'desc', page = 1 } = address;
  const list = useQuery(
    interfaceList(app.appid, {
      ...asked,
      filters,
      search,
      sort,
      order,
      limit: ROWS_PER_PAGE,
      offset: (page - 1) * ROWS_PER_PAGE,
    }),
  );
  const names = list.data?.items.map(({ name }) => name) ?? [];
  const lines = useQuery(callTrends(app.appid, names, { ...asked, filters }, lineGrain(asked, grain), useNow()));
  useTitle(copy.list.title, app.name);

  const change = useChange<InterfacesSearch>(FIRST_PAGE);
  const setSearch = useCallback((text: string | undefined) => change({ search: text }), [change]);

  return (
    <>
      <ScreenHead title={copy.list.title} address={address} onChange={change} />
      <section className="panel" aria-label={copy.list.table}>
        <div className="panel-head">
          <SearchBox
            label={copy.list.search}
            value={search}
            onChange={setSearch}
            icon={<SearchOutlined />}
            maxLength={64}
          />
          {list.data && <CoveredHours range={list.data.range} />}
          <div className="panel-controls">
            {list.data && list.data.items.length > 0 && <InterfaceCsv items={list.data.items} />}
            <Button
              icon={<ReloadOutlined />}
              aria-label={copy.common.refresh}
              title={copy.common.refresh}
              isBusy={list.isFetching}
              onClick={() => void list.refetch()}
            />
          </div>
        </div>
        <Question of={list} lines={8}>
          {({ items, total }) =>
            items.length === 0 && page === 1 ? (
              <NoInterfaces search={search} onClear={() => change({ search: undefined })} />
            ) : (
              <InterfaceTable
                items={items}
                lines={lines.data}
                total={total}
                sort={sort}
                order={order}
                page={page}
                onChange={change}
              />
            )
          }
        </Question>
      </section>
    </>
  );
}
