// What an app may know of the agent. The npm form ships this very text as its declarations, so it imports nothing.

/** What `monitor.config` takes. Whatever else is given is ignored, so another vendor's options may stay. */
export interface MonitorConfig {
  /** The agent key that Minilens shows for this app. It only lets events in; it may be public. */
  key: string;
  /** AppID of the Mini Program, `wx` and 16 hexadecimal digits. Default: the one the platform says it runs. */
  appId?: string;
  /**
   * Origin of the Minilens server, `https://minilens.example.com`. It must be among the app's request domains. Default:
   * the server this file was downloaded from.
   */
  endpoint?: string;
  /**
   * `wx` functions to watch, without `wx.`; dotted ones too (`cloud.callFunction`); `'*'` for every asynchronous one.
   * Replaces the default: requestPayment, scanCode, previewImage.
   */
  hookApis?: string[] | '*';
  /** Background time after which a return is a new session. Unit: ms. Default: 30 minutes. */
  sessionTimeoutMs?: number;
  /** Longest time an event waits before it is sent while the app is in the foreground. Unit: ms. Default: 5000. */
  flushIntervalMs?: number;
  /** Shares from 0 to 1, by kind of event; `session`: of whole sessions. Absent: 1. Numbers shown are not scaled up. */
  sampling?: Sampling;
  /** `'required'`: nothing is sent or stored until `setConsent(true)`. */
  consent?: 'required';
  /** Sees every event before it is queued; may change it, and drops it by answering nothing. */
  beforeSend?: (event: AgentEvent) => AgentEvent | null | undefined | false;
  /** Arguments that may be recorded, by interface: `{ navigateTo: ['url'] }`. Nothing of a payment ever is. */
  recordArgs?: Record<string, string[]>;
  /** False when an answer means failure although its status is fine. */
  isSuccess?: (response: { statusCode: number; data: unknown; header: Record<string, string> }) => boolean;
  /** Hosts (`api.example.com`) whose requests are given a `traceparent` header. */
  traceHosts?: string[];
  /** Adds who shared it (`_mlu`) to the path that `onShareAppMessage` answers, so that opening the card tells. */
  tagShares?: boolean;
  /** Roots of the app's subpackages, for runtimes that do not show them. */
  subpackages?: string[];
  /** True: nothing is replaced; the app wraps what it wants watched with `wrapApp`, `wrapPage`, `wrapApi` … */
  manual?: boolean;
}

/** Shares from 0 to 1. */
export interface Sampling {
  session?: number;
  call?: number;
  request?: number;
  performance?: number;
  error?: number;
  custom?: number;
}

/** One event, as it will be sent. docs/protocol.md lists the kinds and what each has. */
export interface AgentEvent {
  kind: string;
  /** Device clock. Unit: ms since the Unix epoch. */
  at: number;
  [property: string]: unknown;
}

/**
 * `hooked`: in place. `overwritten`: was in place, and something else stands there now, most often another SDK that
 * calls ours. `absent`: this runtime has no such function. `refused`: it is there, but nobody may replace it.
 */
export type HookState = 'hooked' | 'overwritten' | 'absent' | 'refused';

/** What the agent says about itself. */
export interface Diagnostics {
  version: string;
  /** Every hook and signal, by name of the function it stands in for or listens to. */
  hooks: Record<string, HookState>;
  /** Events not yet settled by the server. */
  waiting: number;
  /** Events settled since the start of the process. */
  sent: number;
  /** Events given up: for lack of room on the device, refused by the server for good, or by `beforeSend`. */
  dropped: { full: number; refused: number; filtered: number };
  /** Version of the configuration from the server that is followed; empty: none. */
  config: string;
  /** Shares in force. */
  sampling: Sampling;
  /** `off`: switched off from the server, or destroyed. `waiting`, `refused`: see `consent`. `unsampled`: this session reports nothing. */
  state: 'on' | 'off' | 'waiting' | 'refused' | 'unsampled';
}

type AnyFunction = (...args: never[]) => unknown;

export interface Monitor {
  /**
   * Starts watching. Call it once, at the very top of app.js, before anything else takes hold of `wx.request`. A wrong
   * setting gets one sentence in the console and leaves the agent off. Never throws, like all that follows.
   */
  config(settings: MonitorConfig): void;
  /** What is in place and what had to be dropped; undefined before `config`, or when that refused its settings. */
  diagnostics(): Diagnostics | undefined;
  /** Watches these interfaces from now on, and no others. */
  setHookApis(names: string[] | '*'): void;
  /** Reports an error the app caught: Vue and React swallow those of their components. */
  captureException(error: unknown, context?: { tags?: Record<string, unknown> }): void;
  /** An event of the app's own, with properties that fit 2 KB as JSON. */
  track(name: string, properties?: Record<string, unknown>): void;
  /** What is known of the user from here on: `openid`, `unionid` and whatever helps to find them. */
  setUser(attributes: { openid?: string; unionid?: string; [attribute: string]: unknown }): void;
  /** The tags that go with everything from here on: up to 10 short texts. */
  setTags(tags: Record<string, string | number | boolean>): void;
  /** The user's answer, where `consent` is `'required'`. False forgets everything that waits, and who this is. */
  setConsent(granted: boolean): void;
  /** The same function, watched under this name. */
  wrapApi<T extends AnyFunction>(name: string, fn: T): T;
  /** The same definition, watched: `App(monitor.wrapApp({ … }))`. */
  wrapApp<T>(definition: T): T;
  wrapPage<T>(definition: T): T;
  wrapComponent<T>(definition: T): T;
  /** Stops for good, sends nothing more and puts back what nobody else has replaced since. */
  destroy(): void;
}
