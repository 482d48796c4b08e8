/** One screen of the dashboard, as the pictures show it. */
export interface Screen {
  /** Of its files. */
  name: string;
  title: string;
  /** Below the address of the app. */
  address: string;
  /** The way from there to the screen itself: selectors of links, of each the first that is found. */
  links?: readonly string[];
  /** Taken in Chinese, too. */
  inChinese?: boolean;
  /** Shows what is going on, which there must be some of. */
  isLive?: boolean;
}

const PAYMENT_ISSUE = 'a[href*="/errors/"]:has-text("code")';
const HOME = '/requests/route?method=GET&host=api.shop.example&path=%2Fv1%2Fhome&show=slowest';

export const SCREENS: readonly Screen[] = [
  { name: 'overview', title: 'Overview', address: '/overview', inChinese: true },
  { name: 'live', title: 'Live', address: '/live', isLive: true },
  { name: 'visits', title: 'Visits: trend', address: '/visits?range=30d' },
  { name: 'visits-sources', title: 'Visits: sources', address: '/visits?show=sources' },
  { name: 'visits-lengths', title: 'Visits: length and depth', address: '/visits?show=lengths' },
  { name: 'visits-retention', title: 'Visits: retention', address: '/visits?show=retention&range=30d' },
  { name: 'visits-pages', title: 'Visits: pages', address: '/visits?show=pages' },
  { name: 'visits-page', title: 'Visits: one page', address: '/visits?show=pages&of=pages%2Fproduct%2Fproduct' },
  { name: 'interfaces', title: 'Interfaces', address: '/interfaces', inChinese: true },
  { name: 'interface', title: 'Interface details', address: '/interfaces/requestPayment', inChinese: true },
  { name: 'requests', title: 'Requests', address: '/requests' },
  { name: 'request', title: 'Request details', address: HOME },
  { name: 'performance', title: 'Performance', address: '/performance?split=level', inChinese: true },
  { name: 'push', title: 'Message push', address: '/push' },
  { name: 'errors', title: 'Errors', address: '/errors', inChinese: true },
  { name: 'issue', title: 'An issue', address: '/errors', links: [PAYMENT_ISSUE] },
  { name: 'users', title: 'Users', address: '/users' },
  { name: 'user', title: 'A user', address: '/users', links: ['tbody a[href*="/users/"]'] },
  {
    ...{ name: 'session', title: 'A session', address: '/errors', inChinese: true },
    links: [PAYMENT_ISSUE, 'a[href*="/sessions/"]'],
  },
  { name: 'settings-install', title: 'Settings: install', address: '/settings/install' },
  { name: 'settings-keys', title: 'Settings: keys', address: '/settings/keys' },
  { name: 'settings-wechat', title: 'Settings: WeChat APIs', address: '/settings/wechat' },
  { name: 'settings-agents', title: 'Settings: agents', address: '/settings/agents' },
  { name: 'settings-health', title: 'Settings: health', address: '/settings/health' },
  { name: 'settings-data', title: 'Settings: data', address: '/settings/data' },
  { name: 'settings-members', title: 'Settings: members', address: '/settings/members' },
  { name: 'settings-audit', title: 'Settings: audit', address: '/settings/audit' },
];

/** How a screen is looked at: in a wide window, light and dark, on a phone, and in Chinese. */
export type View = 'light' | 'dark' | 'phone' | 'chinese';

export const fileOf = ({ name }: Screen, view: View): string => `${name}.${view}.webp`;

/** The page that shows the pictures, which lies beside them. */
export function describeScreens(): string {
  const picture = (screen: Screen, view: View, width: number) =>
    `<a href="${fileOf(screen, view)}"><img src="${fileOf(screen, view)}" width="${width}" alt="${screen.title}, ${view}"></a>`;
  const rows = SCREENS.map((screen) => {
    const wide = (['light', 'dark'] as const).map((view) => picture(screen, view, 300));
    const chinese = screen.inChinese ? picture(screen, 'chinese', 300) : '';
    return `| ${[screen.title, ...wide, picture(screen, 'phone', 110), chinese].join(' | ')} |`;
  });
  return `# The screens

Over the demo's data: a month of a tea shop's traffic, made by the real agent. \`npm run screens\` takes these pictures and
writes this page; \`npm run screens -- issue user\` takes single ones again.

| Screen | Light | Dark | Phone | Chinese |
|---|---|---|---|---|
${rows.join('\n')}
`;
}
