import { SearchOutlined } from '@ant-design/icons';
import { getRouteApi } from '@tanstack/react-router';
import { useCallback } from 'react';
import { useCopy } from '../../appearance/appearance';
import { useApp } from '../../panels/app-context';
import { Button } from '../../panels/button';
import { Notice } from '../../panels/notice';
import { SessionsPanel } from '../../panels/records/sessions-panel';
import { ScreenHead } from '../../panels/screen-head';
import { SearchBox } from '../../panels/search-box';
import { FIRST_PAGE, useChange } from '../../panels/use-change';
import { useTitle } from '../../panels/use-title';
import type { UsersSearch } from '../address';

const route = getRouteApi('/signed-in/apps/$app/users');

/** An openid has 28 characters; an app may call its users by longer ids. */
const MAX_ID_LENGTH = 64;

/** Who was here: everyone's sessions, or those of one person. */
export function UsersPage() {
  const { people } = useCopy();
  const app = useApp();
  const address = route.useSearch();
  const { who, ...listed } = address;
  useTitle(people.title, app.name);

  const change = useChange<UsersSearch>(FIRST_PAGE);
  const search = useCallback((text: string | undefined) => change({ who: text }), [change]);

  return (
    <>
      <ScreenHead title={people.title} address={address} onChange={change} />
      <SessionsPanel
        address={listed}
        who={who}
        controls={
          <SearchBox
            label={people.search}
            value={who}
            onChange={search}
            icon={<SearchOutlined />}
            maxLength={MAX_ID_LENGTH}
          />
        }
        empty={
          who ? (
            <Notice
              title={people.nobodyTitle(who)}
              action={<Button onClick={() => search(undefined)}>{people.clearSearch}</Button>}
            >
              {people.nobody}
            </Notice>
          ) : (
            <Notice title={people.noSessionsTitle}>{people.noSessions}</Notice>
          )
        }
        onChange={change}
      />
    </>
  );
}
