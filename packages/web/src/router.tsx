import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import type { ComponentType } from 'react';
import { readPreference } from './appearance/preference';
import { NotFound } from './panels/not-found';
import { PageLoading } from './panels/page-loading';
import { RouteProblem } from './panels/route-problem';
import { me, setupState } from './query/account';
import { isSignedOut } from './query/api-error';
import { appDetail } from './query/app';
import { catalogue } from './query/questions';
import { rangeSearch } from './range/range-choice';
import {
  errorsSearch,
  interfaceSearch,
  interfacesSearch,
  issueSearch,
  liveSearch,
  loginSearch,
  pageSearch,
  performanceSearch,
  pushSearch,
  readAddress,
  requestSearch,
  requestsSearch,
  screenSearch,
  sessionSearch,
  setupSearch,
  userSearch,
  usersSearch,
  visitsSearch,
  writeAddress,
} from './routes/address';
import { AppScope } from './routes/app/app-scope';
import { askOverview } from './routes/overview/ask-overview';
import { OverviewPage } from './routes/overview/overview-page';
import { Shell } from './routes/shell/shell';

/** A screen with fields of Ant Design, which come with it. */
const withAntDesign = <Name extends string>(load: () => Promise<Record<Name, ComponentType>>, name: Name) =>
  lazyRouteComponent(async () => {
    const [{ AntDesign }, screen] = await Promise.all([import('./fields/ant-design'), load()]);
    const Screen: ComponentType = screen[name];
    return {
      default: () => (
        <AntDesign>
          <Screen />
        </AntDesign>
      ),
    };
  });

/** Every screen and its address. Screens load when they are first opened, but for the overview, which mostly is the first. */
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
    // What is there is shown, however shortly it was awaited.
    defaultPendingMinMs: 0,
    defaultErrorComponent: RouteProblem,
    defaultNotFoundComponent: NotFound,
    scrollRestoration: true,
  });

const root = createRootRouteWithContext<{ queries: QueryClient }>()({ component: Outlet });

const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  validateSearch: setupSearch,
  component: withAntDesign(() => import('./routes/setup/setup-page'), 'SetupPage'),
});

const login = createRoute({
  getParentRoute: () => root,
  path: '/login',
  validateSearch: loginSearch,
  component: withAntDesign(() => import('./routes/login/login-page'), 'LoginPage'),
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
  component: Shell,
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
  component: withAntDesign(() => import('./routes/new-app/new-app-page'), 'NewAppPage'),
});

const app = createRoute({
  getParentRoute: () => signedIn,
  path: '/apps/$app',
  // Every screen names metrics.
  loader: ({ context: { queries }, params }) => {
    void queries.prefetchQuery(appDetail(params.app));
    void queries.prefetchQuery(catalogue());
  },
  component: AppScope,
});

const appStart = createRoute({
  getParentRoute: () => app,
  path: '/',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/apps/$app/overview', params });
  },
});

/** Where the guide stood before it had a place among the settings. */
const install = createRoute({
  getParentRoute: () => app,
  path: '/install',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/apps/$app/settings/install', params });
  },
});

const overview = createRoute({
  getParentRoute: () => app,
  path: '/overview',
  validateSearch: screenSearch,
  loaderDeps: ({ search }) => search,
  loader: ({ context: { queries, account }, params, deps }) => {
    const app = account.apps.find(({ appid }) => appid === params.app);
    if (app) void askOverview(queries, app, deps);
  },
  component: OverviewPage,
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
  component: withAntDesign(() => import('./routes/live/live-page'), 'LivePage'),
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
  component: withAntDesign(() => import('./routes/interface/interface-page'), 'InterfacePage'),
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
  component: withAntDesign(() => import('./routes/push/push-page'), 'PushPage'),
});

const pushSettings = createRoute({
  getParentRoute: () => app,
  path: '/push/settings',
  component: withAntDesign(() => import('./routes/push-settings/push-settings-page'), 'PushSettingsPage'),
});

const users = createRoute({
  getParentRoute: () => app,
  path: '/users',
  validateSearch: usersSearch,
  component: withAntDesign(() => import('./routes/users/users-page'), 'UsersPage'),
});

const userDetails = createRoute({
  getParentRoute: () => app,
  path: '/users/$user',
  validateSearch: userSearch,
  component: withAntDesign(() => import('./routes/user/user-page'), 'UserPage'),
});

const sessionDetails = createRoute({
  getParentRoute: () => app,
  path: '/sessions/$session',
  validateSearch: sessionSearch,
  component: lazyRouteComponent(() => import('./routes/session/session-page'), 'SessionPage'),
});

const settings = createRoute({
  getParentRoute: () => app,
  path: '/settings',
  component: lazyRouteComponent(() => import('./routes/settings/settings-page'), 'SettingsPage'),
});

const settingsStart = createRoute({
  getParentRoute: () => settings,
  path: '/',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/apps/$app/settings/install', params });
  },
});

const settingsInstall = createRoute({
  getParentRoute: () => settings,
  path: '/install',
  component: lazyRouteComponent(() => import('./routes/settings/install-page'), 'InstallPage'),
});

const settingsKeys = createRoute({
  getParentRoute: () => settings,
  path: '/keys',
  component: lazyRouteComponent(() => import('./routes/settings/keys-page'), 'KeysPage'),
});

const settingsWechat = createRoute({
  getParentRoute: () => settings,
  path: '/wechat',
  component: withAntDesign(() => import('./routes/settings/wechat-page'), 'WechatPage'),
});

const settingsAgents = createRoute({
  getParentRoute: () => settings,
  path: '/agents',
  validateSearch: rangeSearch,
  component: lazyRouteComponent(() => import('./routes/settings/agents-page'), 'AgentsPage'),
});

const settingsHealth = createRoute({
  getParentRoute: () => settings,
  path: '/health',
  validateSearch: rangeSearch,
  component: lazyRouteComponent(() => import('./routes/settings/health-page'), 'HealthPage'),
});

const settingsData = createRoute({
  getParentRoute: () => settings,
  path: '/data',
  component: withAntDesign(() => import('./routes/settings/data-page'), 'DataPage'),
});

const settingsMembers = createRoute({
  getParentRoute: () => settings,
  path: '/members',
  component: withAntDesign(() => import('./routes/settings/members-page'), 'MembersPage'),
});

const settingsAudit = createRoute({
  getParentRoute: () => settings,
  path: '/audit',
  validateSearch: pageSearch,
  component: lazyRouteComponent(() => import('./routes/settings/audit-page'), 'AuditPage'),
});

const account = createRoute({
  getParentRoute: () => signedIn,
  path: '/account',
  component: lazyRouteComponent(() => import('./routes/account/account-page'), 'AccountPage'),
});

const accountSignIn = createRoute({
  getParentRoute: () => account,
  path: '/',
  component: withAntDesign(() => import('./routes/account/sign-in-page'), 'SignInPage'),
});

const accountSessions = createRoute({
  getParentRoute: () => account,
  path: '/sessions',
  component: lazyRouteComponent(() => import('./routes/account/sessions-page'), 'SessionsPage'),
});

const accountSecondFactor = createRoute({
  getParentRoute: () => account,
  path: '/second-factor',
  component: withAntDesign(() => import('./routes/account/second-factor-page'), 'SecondFactorPage'),
});

const accountTokens = createRoute({
  getParentRoute: () => account,
  path: '/tokens',
  component: withAntDesign(() => import('./routes/account/tokens-page'), 'TokensPage'),
});

const invitation = createRoute({
  getParentRoute: () => root,
  path: '/invitation',
  component: withAntDesign(() => import('./routes/invitation/invitation-page'), 'InvitationPage'),
});

const passwordReset = createRoute({
  getParentRoute: () => root,
  path: '/password',
  component: withAntDesign(() => import('./routes/password-reset/password-reset-page'), 'PasswordResetPage'),
});

const routeTree = root.addChildren([
  setup,
  login,
  invitation,
  passwordReset,
  signedIn.addChildren([
    start,
    newApp,
    account.addChildren([accountSignIn, accountSessions, accountSecondFactor, accountTokens]),
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
      settings.addChildren([
        settingsStart,
        settingsInstall,
        settingsKeys,
        settingsWechat,
        settingsAgents,
        settingsHealth,
        settingsData,
        settingsMembers,
        settingsAudit,
      ]),
    ]),
  ]),
]);

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createDashboardRouter>;
  }
}
