// What an app may know of the agent. The npm form ships this very text as its declarations, so it imports nothing.

/** What `monitor.config` takes. */
export interface MonitorConfig {
  /** AppID of the Mini Program: `wx` and 16 hexadecimal digits. */
  appId: string;
  /** The agent key that Minilens shows for this app. It only lets events in; it may be public. */
  key: string;
  /** Origin of the Minilens server, `https://minilens.example.com`. It must be among the app's request domains. */
  endpoint: string;
  /** `wx` functions to watch, without `wx.`. Replaces the default: requestPayment, scanCode, previewImage. */
  hookApis?: string[];
  /** Background time after which a return is a new session. Unit: ms. Default: 30 minutes. */
  sessionTimeoutMs?: number;
  /** Longest time an event waits before it is sent while the app is in the foreground. Unit: ms. Default: 5000. */
  flushIntervalMs?: number;
}

/** `absent`: this runtime has no such function. `refused`: it is there, but the runtime lets nobody replace it. */
export type HookState = 'hooked' | 'absent' | 'refused';

/** What the agent says about itself. */
export interface Diagnostics {
  version: string;
  /** Whether each hook is in place, by name of the function it stands in for. */
  hooks: Record<string, HookState>;
  /** Events not yet settled by the server. */
  waiting: number;
  /** Events settled since the start of the process. */
  sent: number;
  /** Events given up: for lack of room on the device, or refused by the server for good. */
  dropped: { full: number; refused: number };
}

export interface Monitor {
  /**
   * Starts watching. Call it once, at the very top of app.js, before anything else takes hold of `wx.request`. A wrong
   * setting gets one sentence in the console and leaves the agent off. Never throws.
   */
  config(settings: MonitorConfig): void;
  /** What is in place and what had to be dropped; undefined while the agent is off. */
  diagnostics(): Diagnostics | undefined;
}
