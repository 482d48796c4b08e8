import { hookByHand } from './hand-made-hook.js';
import type { Api } from './mini-program.js';

/** One agent, started in one way. */
export interface Variant {
  name: string;
  /** The npm package it comes from; none where nothing, or only a few lines, stand in the way of a call. */
  package?: string;
  /** Starts it as its README says. */
  start(sdk: never): void;
  /** Measured also where it left a function alone: what comes out then is the noise of the measurement. */
  showsNoise?: boolean;
}

declare const wx: Record<string, Api>;

const OURS = { appId: 'wx0123456789abcdef', key: 'key', endpoint: 'https://minilens.test' };
const AEGIS = { id: 'bench', uin: '4711', reportApiSpeed: true, reportAssetSpeed: true, spa: true };

type Ours = { config(settings: object): void };
type Aegis = { default: new (settings: object) => unknown };
type Fundebug = { init(settings: object): void };
type Sensors = { setPara(settings: object): void; init(): void };
type Sentry = { init(settings: object): void };

/** The call without any agent: what the others are compared with. */
export const UNHOOKED: Variant = { name: 'unhooked', start() {}, showsNoise: true };

/** The first is what ratios refer to. */
export const VARIANTS: [Variant, ...Variant[]] = [
  { name: 'Minilens', package: '@minilens/agent', start: (sdk: Ours) => sdk.config(OURS) },
  {
    name: 'Minilens, `hookApis: []`',
    package: '@minilens/agent',
    start: (sdk: Ours) => sdk.config({ ...OURS, hookApis: [] }),
    showsNoise: true,
  },
  {
    name: "Minilens, `hookApis: ['*']`",
    package: '@minilens/agent',
    start: (sdk: Ours) => sdk.config({ ...OURS, hookApis: ['*'] }),
  },
  {
    name: 'a 15-line hook',
    start() {
      hookByHand(wx, 'request');
      hookByHand(wx, 'scanCode');
    },
  },
  { name: 'aegis-mp-sdk', package: 'aegis-mp-sdk', start: ({ default: Sdk }: Aegis) => new Sdk(AEGIS) },
  { name: 'fundebug-wxjs', package: 'fundebug-wxjs', start: (sdk: Fundebug) => sdk.init({ apikey: 'bench' }) },
  {
    name: 'sa-sdk-miniprogram',
    package: 'sa-sdk-miniprogram',
    start(sdk: Sensors) {
      sdk.setPara({ server_url: 'https://sensors.test/sa', autoTrack: { appLaunch: true, pageShow: true } });
      sdk.init();
    },
  },
  {
    name: 'sentry-miniapp',
    package: 'sentry-miniapp',
    start: (sdk: Sentry) => sdk.init({ dsn: 'https://0123456789abcdef@sentry.test/1' }),
  },
];
