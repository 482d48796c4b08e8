import type { QueryClient } from '@tanstack/react-query';
import { me } from './query/account';
import { appDetail } from './query/app';
import { catalogue } from './query/questions';
import { readAddress, screenSearch } from './routes/address';
import { askOverview } from './routes/overview/ask-overview';

/**
 * Asks what the screen of an address will ask, while its code is still on its way: the server answers meanwhile. Who is
 * signed in, the page itself has asked (`index.html`). Whatever fails here is asked again by the screen, which says so.
 */
export async function askFirst(
  queries: QueryClient,
  { pathname, search }: { pathname: string; search: string },
): Promise<void> {
  const account = await queries.fetchQuery(me()).catch(() => undefined);
  const [, appid, screen] = /^\/apps\/([^/]+)\/([^/]+)/.exec(pathname) ?? [];
  const app = account?.apps.find((each) => each.appid === appid);
  if (!app) return;
  if (screen === 'overview') void askOverview(queries, app, screenSearch(readAddress(search)));
  void queries.prefetchQuery(appDetail(app.appid));
  void queries.prefetchQuery(catalogue());
}
