import type { Paths } from '@minilens/wire/records';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useCopy } from '../../appearance/appearance';
import { useApp } from '../../panels/app-context';
import { Question } from '../../panels/question';
import { pagesAround } from '../../query/visits';
import type { VisitsSearch } from '../address';
import { SharePanel, type ShareRow } from './share-panel';

interface PagesAroundProps {
  page: string;
  asked: { from: string; to: string };
  address: VisitsSearch;
}

/** Which pages led to this one, and which it led to. */
export function PagesAround({ page, asked, address }: PagesAroundProps) {
  const { visits } = useCopy();
  const { appid } = useApp();
  const answer = useQuery(pagesAround(appid, page, asked, address));
  const rowsOf = (pages: Paths['before'], none: string): ShareRow[] =>
    pages.map(({ page, views }) => ({
      key: page,
      text: page || none,
      value: views,
      ...(page && {
        cell: (
          <Link
            className="mono"
            to="/apps/$app/visits"
            params={{ app: appid }}
            search={{ ...address, show: 'pages', of: page }}
          >
            {page}
          </Link>
        ),
      }),
    }));
  const common = {
    hint: visits.aroundHint,
    rowTitle: visits.page,
    valueTitle: visits.views,
    valueMeaning: visits.viewsMeaning,
    empty: visits.noViews,
  };
  return (
    <Question of={answer} lines={6}>
      {({ before, after }) => (
        <div className="columns">
          <SharePanel title={visits.pageBefore} rows={rowsOf(before, visits.began)} {...common} />
          <SharePanel title={visits.pageAfter} rows={rowsOf(after, visits.ended)} {...common} />
        </div>
      )}
    </Question>
  );
}
