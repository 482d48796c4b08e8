import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { readPreference } from './appearance/preference';
import { NotFound } from './panels/not-found';
import { PageLoading } from './panels/page-loading';
import { RouteProblem } from './panels/route-problem';
import { me, setupState } from './query/account';
import { isSignedOut } from './query/api-error';
import {
  errorsSearch,
  interfaceSearch,
  interfacesSearch,
  issueSearch,
  liveSearch,
  performanceSearch,
  pushSearch,
  readAddress,
  requestSearch,
  requestsSearch,
  returnSearch,
  screenSearch,
  sessionSearch,
  setupSearch,
  userSearch,
  usersSearch,
  visitsSearch,
  writeAddress,
} from './routes/address';

/** Every screen and its address. Screens load when they are first opened. */
export const createDashboardRouter = (queries: QueryClient) =>
  createRouter({
    routeTree,
    context: { queries },
    parseSearch: readAddress,
    stringifySearch: writeAddress,
    defaultPreload: 'intent',
    defaultPreloadStaleTime: 0,
    defaultPendingComponent: PageLoading,
    defaultPendingMs: 150,
    defaultErrorComponent: RouteProblem,
    defaultNotFoundComponent: NotFound,
    scrollRestoration: true,
  });

const root = createRootRouteWithContext<{ queries: QueryClient }>()({ component: Outlet });

const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  validateSearch: setupSearch,
  component: lazyRouteComponent(() => import('./routes/setup/setup-page'), 'SetupPage'),
});

const login = createRoute({
  getParentRoute: () => root,
  path: '/login',
  validateSearch: returnSearch,
  component: lazyRouteComponent(() => import('./routes/login/login-page'), 'LoginPage'),
});

const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  beforeLoad: async ({ context: { queries }, location }) => {
    try {
      return { account: await queries.ensureQueryData(me()) };
    } catch (error) {
      if (!isSignedOut(error)) throw error;
      const { needed } = await queries.fetchQuery(setupState());
      throw needed ? redirect({ to: '/setup' }) : redirect({ to: '/login', search: { to: location.href } });
    }
  },
  component: lazyRouteComponent(() => import('./routes/shell/shell'), 'Shell'),
});

const start = createRoute({
  getParentRoute: () => signedIn,
  path: '/',
  beforeLoad: ({ context: { account } }) => {
    const last = account.apps.find(({ appid }) => appid === readPreference('app')) ?? account.apps[0];
    throw last ? redirect({ to: '/apps/$app/overview', params: { app: last.appid } }) : redirect({ to: '/apps/new' });
  },
});

const newApp = createRoute({
  getParentRoute: () => signedIn,
  path: '/apps/new',
  component: lazyRouteComponent(() => import('./routes/new-app/new-app-page'), 'NewAppPage'),
});

const app = createRoute({
  getParentRoute: () => signedIn,
  path: '/apps/$app',
  component: lazyRouteComponent(() => import('./routes/app/app-scope'), 'AppScope'),
});

const appStart = createRoute({
  getParentRoute: () => app,
  path: '/',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/apps/$app/overview', params });
  },
});

const install = createRoute({
  getParentRoute: () => app,
  path: '/install',
  component: lazyRouteComponent(() => import('./routes/install/install-page'), 'InstallPage'),
});

const overview = createRoute({
  getParentRoute: () => app,
  path: '/overview',
  validateSearch: screenSearch,
  component: lazyRouteComponent(() => import('./routes/overview/overview-page'), 'OverviewPage'),
});

const visits = createRoute({
  getParentRoute: () => app,
  path: '/visits',
  validateSearch: visitsSearch,
  component: lazyRouteComponent(() => import('./routes/visits/visits-page'), 'VisitsPage'),
});

const live = createRoute({
  getParentRoute: () => app,
  path: '/live',
  validateSearch: liveSearch,
  component: lazyRouteComponent(() => import('./routes/live/live-page'), 'LivePage'),
});

const interfaces = createRoute({
  getParentRoute: () => app,
  path: '/interfaces',
  validateSearch: interfacesSearch,
  component: lazyRouteComponent(() => import('./routes/interfaces/interfaces-page'), 'InterfacesPage'),
});

const interfaceDetails = createRoute({
  getParentRoute: () => app,
  path: '/interfaces/$name',
  validateSearch: interfaceSearch,
  component: lazyRouteComponent(() => import('./routes/interface/interface-page'), 'InterfacePage'),
});

const requests = createRoute({
  getParentRoute: () => app,
  path: '/requests',
  validateSearch: requestsSearch,
  component: lazyRouteComponent(() => import('./routes/requests/requests-page'), 'RequestsPage'),
});

const requestDetails = createRoute({
  getParentRoute: () => app,
  path: '/requests/route',
  validateSearch: requestSearch,
  component: lazyRouteComponent(() => import('./routes/request/request-page'), 'RequestPage'),
});

const performance = createRoute({
  getParentRoute: () => app,
  path: '/performance',
  validateSearch: performanceSearch,
  component: lazyRouteComponent(() => import('./routes/performance/performance-page'), 'PerformancePage'),
});

const errors = createRoute({
  getParentRoute: () => app,
  path: '/errors',
  validateSearch: errorsSearch,
  component: lazyRouteComponent(() => import('./routes/errors/errors-page'), 'ErrorsPage'),
});

const issue = createRoute({
  getParentRoute: () => app,
  path: '/errors/$issue',
  validateSearch: issueSearch,
  component: lazyRouteComponent(() => import('./routes/issue/issue-page'), 'IssuePage'),
});

const push = createRoute({
  getParentRoute: () => app,
  path: '/push',
  validateSearch: pushSearch,
  component: lazyRouteComponent(() => import('./routes/push/push-page'), 'PushPage'),
});

const pushSettings = createRoute({
  getParentRoute: () => app,
  path: '/push/settings',
  component: lazyRouteComponent(() => import('./routes/push-settings/push-settings-page'), 'PushSettingsPage'),
});

const users = createRoute({
  getParentRoute: () => app,
  path: '/users',
  validateSearch: usersSearch,
  component: lazyRouteComponent(() => import('./routes/users/users-page'), 'UsersPage'),
});

const userDetails = createRoute({
  getParentRoute: () => app,
  path: '/users/$user',
  validateSearch: userSearch,
  component: lazyRouteComponent(() => import('./routes/user/user-page'), 'UserPage'),
});

const sessionDetails = createRoute({
  getParentRoute: () => app,
  path: '/sessions/$session',
  validateSearch: sessionSearch,
  component: lazyRouteComponent(() => import('./routes/session/session-page'), 'SessionPage'),
});

const routeTree = root.addChildren([
  setup,
  login,
  signedIn.addChildren([
    start,
    newApp,
    app.addChildren([
      appStart,
      install,
      overview,
      live,
      visits,
      interfaces,
      interfaceDetails,
      requests,
      requestDetails,
      performance,
      push,
      pushSettings,
      errors,
      issue,
      users,
      userDetails,
      sessionDetails,
    ]),
  ]),
]);

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createDashboardRouter>;
  }
}
