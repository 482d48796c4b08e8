import type { Settings } from './config.js';
import { createDevice } from './device.js';
import { hook, isHooked } from './hook.js';
import type { Host, Wx } from './host.js';
import { ask, takeNative } from './native.js';
import { createPageViews } from './page-view.js';
import type { Diagnostics, HookState } from './public-types.js';
import { createQueue } from './queue.js';
import { randomId } from './random-id.js';
import { createSessions } from './session.js';
import { createPresence, listenToApp, observeApp } from './signals/app.js';
import { createInterfaces } from './signals/interfaces.js';
import { observeComponent, observePage } from './signals/pages.js';
import { watchRequests } from './signals/requests.js';
import { createStorage, type Storage } from './storage.js';
import { createTransport } from './transport.js';
import { AGENT_VERSION } from './version.js';

const USER_KEY = 'minilens_user';

/** True when another copy of the agent, from another package of the app, is already at work. */
export const isAlreadyWatched = ({ wx, constructors }: Host): boolean =>
  isHooked(constructors.App) || isHooked(constructors.Page) || isHooked(wx.request);

/** Builds the whole agent and puts it in place. Nothing here outlives the arguments: there is no module state. */
export function init(host: Host, settings: Settings): () => Diagnostics {
  const { wx, now, random, later } = host;
  const native = takeNative(wx);
  const storage = createStorage(native);
  const device = createDevice(native);
  const newId = () => randomId(random);

  const sessions = createSessions({
    now,
    newId,
    user: keepUser(storage, newId),
    timeoutMs: settings.sessionTimeoutMs,
    push(session, event) {
      queue.push(session, event);
      // Until the app is in the foreground the session's words may still change, and they must not once sent.
      if (presence.hasLaunched) transport.noticeEvent();
    },
    onEnd: () => interfaces.settleOpen(),
  });
  const queue = createQueue({
    storage,
    later,
    device,
    openCalls: () =>
      interfaces.open.length ? { s: sessions.current, n: sessions.lastN, calls: interfaces.open } : undefined,
  });
  const transport = createTransport({
    request: native.request,
    url: settings.url,
    flushIntervalMs: settings.flushIntervalMs,
    queue,
    envelope: ({ s, d }, sentAt) => ({
      v: 1,
      app: settings.appId,
      key: settings.key,
      agent: AGENT_VERSION,
      sentAt,
      session: s,
      device: d || {},
    }),
    now,
    random,
    later,
    warn: (message) => host.say('warn', message),
  });

  const views = createPageViews({ now, sessions, topPage: host.topPage });
  const presence = createPresence({
    now,
    sessions,
    views,
    native,
    onHidden() {
      queue.save('now');
      transport.flush();
    },
  });
  const watched = { now, record: sessions.record, route: () => views.route };
  const interfaces = createInterfaces(Object.assign({ onOpen: queue.changed }, watched));

  const hooks: Record<string, HookState> = {
    App: hook(host.constructors, 'App', observeApp(presence)),
    Page: hook(host.constructors, 'Page', observePage(views, presence)),
    Component: hook(host.constructors, 'Component', observeComponent(views, presence)),
    request: hook(wx, 'request', watchRequests(watched)),
  };
  for (const name of settings.hookApis) hooks[name] = hookApi(wx, name, interfaces.watch(name));
  listenToApp(native, presence);

  return () => ({
    version: AGENT_VERSION,
    hooks: Object.assign({}, hooks),
    waiting: queue.length,
    sent: transport.sent,
    dropped: { full: queue.dropped, refused: transport.refused },
  });
}

/** `cloud.callFunction` is the function `callFunction` of `wx.cloud`. */
function hookApi(wx: Wx, name: string, wrap: Parameters<typeof hook>[2]): HookState {
  const path = name.split('.');
  const last = path.pop() as string;
  const holder = path.reduce<Wx | undefined>((outer, part) => ask(() => outer?.[part]) as Wx, wx);
  return holder ? hook(holder, last, wrap) : 'absent';
}

/** METRICS: a user is one installation for one person. */
function keepUser(storage: Storage, newId: () => string): string {
  const known = storage.read(USER_KEY);
  if (known && /^[\w-]{8,32}$/.test(known)) return known;
  const user = newId();
  // A storage that would not say may hold a good id, which must not be written over.
  if (known !== undefined) storage.writeNow(USER_KEY, user);
  return user;
}
