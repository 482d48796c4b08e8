import type { Store } from '@minilens/store/connect';
import { describeEngines, type Engine } from '@minilens/store/engine';
import { medianSkewMs } from '@minilens/store/vital-signs';
import type { Accounts } from '../admin/accounts.js';
import type { App, Apps } from '../admin/apps.js';
import type { Spool } from '../collect/spool.js';
import type { Settings } from '../settings.js';
import { type Finding, ok, problem, type Said, warning } from './finding.js';
import { lookAtAccounts, lookAtApps, lookAtLoss } from './look-at-apps.js';
import { lookAtClock } from './look-at-clock.js';
import { lookAtDirectory, lookAtDisk, lookAtLimits, lookAtNode, type Machine } from './look-at-machine.js';
import { lookAtCertificate, lookAtListening, lookAtPublicUrl } from './look-at-reach.js';
import { lookAtSecretKey } from './look-at-secret-key.js';
import { lookAtSpool } from './look-at-spool.js';
import { lookAtEngines, lookAtRollups, lookAtSchema, lookAtStore } from './look-at-store.js';

/** Sessions whose devices' clocks are asked about. Unit: ms. */
const RECENT_MS = 2 * 3_600_000;

export interface DoctorDeps {
  store: Store;
  spool: Spool;
  apps: Apps;
  accounts: Accounts;
  settings: Settings;
  machine: Machine;
  /** Whether the server takes requests, and not only a command runs. */
  isListening: () => boolean;
  /** Apps and service providers with something sealed or derived with another key than the server has. */
  lostSecrets: () => Promise<string[]>;
  /** Jobs whose last run failed. */
  failingJobs: () => string[];
  now: () => number;
  /** How long the event store may take to answer. Unit: ms. */
  patienceMs: number;
}

type Look = () => Said | Promise<Said>;

/** Looks at every part once. Never throws: a part that fails is a finding. */
export async function examine(deps: DoctorDeps): Promise<Finding[]> {
  const { store, spool, accounts, settings, machine, now } = deps;
  const apps = deps.apps.list();
  const appids = (await apps.catch((): App[] => [])).map(({ appid }) => appid);

  const findings = [await find('event store', () => lookAtStore(store, deps.patienceMs))];
  const answers = findings[0]?.level !== 'problem';
  const engines = answers ? describeEngines(store) : Promise.resolve([]);
  const known = await engines.catch((): Engine[] => []);
  if (answers) {
    findings.push(await find('engine', async () => lookAtEngines(await engines)));
    findings.push(await find('schema', () => lookAtSchema(store)));
  }
  // What lies in tables is asked only where they are as this program knows them.
  const isUsable = answers && findings.at(-1)?.level === 'ok';
  const inTables: [what: string, look: Look][] = [
    ['rollups', () => lookAtRollups(store, now())],
    ['loss', async () => lookAtLoss(store, await apps, now())],
  ];
  const looks: [what: string, look: Look][] = [
    ...(isUsable ? inTables : []),
    ['spool', () => lookAtSpool(spool, now())],
    ['jobs', () => lookAtJobs(deps.failingJobs())],
    ['accounts', () => lookAtAccounts(accounts)],
    ['secret key', async () => lookAtSecretKey(await deps.lostSecrets())],
    ['apps', async () => lookAtApps(isUsable ? store : undefined, await apps, now())],
    [
      'clock',
      async () =>
        lookAtClock({
          now: now(),
          engines: known,
          dataDirectory: settings.data,
          medianSkewMs: isUsable ? await medianSkewMs(store, appids, now() - RECENT_MS) : undefined,
        }),
    ],
    ['disk', () => lookAtDisk(settings.data)],
    ['directory', () => lookAtDirectory(settings.data)],
    ['limits', () => lookAtLimits(machine)],
    ['node', () => lookAtNode(machine)],
    ['listening', () => lookAtListening(settings)],
    ['address', () => lookAtPublicUrl(settings, deps.isListening())],
    ['certificate', () => lookAtCertificate(settings, now())],
  ];
  for (const [what, look] of looks) findings.push(await find(what, look));
  return findings;
}

async function find(what: string, look: Look): Promise<Finding> {
  try {
    return { what, ...(await look()) };
  } catch (error) {
    return { what, ...problem(`could not be looked at: ${(error as Error).message}`) };
  }
}

const lookAtJobs = (failing: readonly string[]): Said =>
  failing.length === 0
    ? ok('none failed the last time it ran')
    : warning(`the last run failed: ${failing.join(', ')}. Each is tried again in time; the log says why it failed.`);
