import { SearchOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useCallback } from 'react';
import { useCopy } from '../../appearance/appearance';
import { AnswerPanel } from '../../panels/answer-panel';
import { CoveredHours } from '../../panels/covered-hours';
import { Question } from '../../panels/question';
import { SearchBox } from '../../panels/search-box';
import { useFormat } from '../../panels/use-format';
import { questions } from '../../query/questions';
import { PAGE_SORTS, sortedBy } from '../list-metrics';
import { foundPages } from './found-pages';
import { NoVisits } from './no-visits';
import { useVisits } from './use-visits';
import { PAGE_METRICS, pagesQuestions } from './visit-questions';
import type { VisitTabProps } from './visits-page';

/** Every page with its visits. They come in one answer and are searched and sorted here. */
export function PagesTab({ address, onChange }: VisitTabProps) {
  const { visits } = useCopy();
  const format = useFormat();
  const screen = useVisits(address);
  const { app } = screen;
  const { search, sort = PAGE_SORTS[0], order = 'desc' } = address;
  const answers = useQuery(questions(app.appid, pagesQuestions(screen)));
  const setSearch = useCallback((text: string | undefined) => onChange({ search: text }), [onChange]);

  // The panel calls its first column `name`, whatever it holds.
  const sortBy = (key: string) => onChange(sortedBy(key === 'name' ? 'page' : key, PAGE_SORTS, address));

  return (
    <Question of={answers} lines={12}>
      {({ answers: { pages } }) =>
        !pages || pages.rows.length === 0 ? (
          <NoVisits />
        ) : (
          <>
            <CoveredHours range={pages.range} />
            <AnswerPanel
              title={visits.pageList}
              {...(pages.total > pages.rows.length && {
                hint: visits.morePagesExist(format.count(pages.rows.length), format.count(pages.total)),
              })}
              name={{
                title: visits.page,
                text: ({ page }) => String(page),
                cell: ({ page }) => (
                  <Link
                    className="mono"
                    to="/apps/$app/visits"
                    params={{ app: app.appid }}
                    search={{ ...address, of: String(page) }}
                  >
                    {page}
                  </Link>
                ),
              }}
              metrics={PAGE_METRICS}
              rows={foundPages(pages.rows, { search, sort, order })}
              empty={visits.noPages}
              controls={
                <SearchBox
                  label={visits.searchPages}
                  value={search}
                  onChange={setSearch}
                  icon={<SearchOutlined />}
                  maxLength={64}
                />
              }
              sorting={{ by: sort === 'page' ? 'name' : sort, order, onSort: sortBy }}
            />
          </>
        )
      }
    </Question>
  );
}
