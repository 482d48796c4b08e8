import { ReloadOutlined, SearchOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Button } from 'antd';
import { useCallback } from 'react';
import { useCopy } from '../../appearance/appearance';
import { useApp } from '../../panels/app-context';
import { CoveredHours } from '../../panels/covered-hours';
import { Question } from '../../panels/question';
import { RangePicker } from '../../panels/range-picker';
import { SearchBox } from '../../panels/search-box';
import { useTitle } from '../../panels/use-title';
import { interfaceList } from '../../query/interfaces';
import { askedRange, chosenRange, searchOfRange } from '../../range/range-choice';
import { useNow } from '../../range/use-now';
import { type InterfacesSearch, STANDARD_SORT } from '../address';
import { InterfaceTable, ROWS_PER_PAGE } from './interface-table';
import { NoInterfaces } from './no-interfaces';

const route = getRouteApi('/signed-in/apps/$app/interfaces');

export function InterfacesPage() {
  const copy = useCopy();
  const app = useApp();
  const address = route.useSearch();
  const navigate = route.useNavigate();
  const nowMs = useNow();
  const choice = chosenRange(address);
  const { search, sort = STANDARD_SORT, order = 'desc', page = 1 } = address;
  const list = useQuery(
    interfaceList(app.appid, {
      ...askedRange(choice, app.timezone, nowMs),
      search,
      sort,
      order,
      limit: ROWS_PER_PAGE,
      offset: (page - 1) * ROWS_PER_PAGE,
    }),
  );
  useTitle(copy.list.title, app.name);

  /** Whatever else changes, another page of something else means nothing: back to the first. */
  const change = useCallback(
    (changed: InterfacesSearch) =>
      void navigate({
        search: (before) => ({ ...before, page: undefined, ...changed }),
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  );
  const setSearch = useCallback((text: string | undefined) => change({ search: text }), [change]);

  return (
    <>
      <div className="page-head">
        <h1>{copy.list.title}</h1>
        <RangePicker value={choice} onChange={(picked) => change(searchOfRange(picked))} />
      </div>
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
            <Button
              icon={<ReloadOutlined />}
              aria-label={copy.common.refresh}
              title={copy.common.refresh}
              loading={list.isFetching}
              onClick={() => void list.refetch()}
            />
          </div>
        </div>
        <Question of={list} lines={8}>
          {({ items, total }) =>
            items.length === 0 && page === 1 ? (
              <NoInterfaces search={search} onClear={() => change({ search: undefined })} />
            ) : (
              <InterfaceTable items={items} total={total} sort={sort} order={order} page={page} onChange={change} />
            )
          }
        </Question>
      </section>
    </>
  );
}
