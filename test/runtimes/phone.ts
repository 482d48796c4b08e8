/** Calls the function that the logic layer stored under this id. */
type CallBack = (callbackId: unknown, result: object) => void;
type Params = Record<string, unknown>;
type Settle = { ok(result?: object): void; fail(reason: string): void };
type Api = (params: Params, settle: Settle) => unknown;

export type AskingApi = 'scanCode' | 'requestPayment';
export type Outcome = 'success' | 'fail' | 'cancel';

/** What a phone offers to a Mini Program's logic layer, as far as the sample and the agent ask for it. */
export function createPhone({
  callBack,
  appId,
  storage,
  navigation,
}: {
  callBack: CallBack;
  appId: string;
  /** Outlives the process of the Mini Program. */
  storage: Map<string, unknown>;
  navigation: { to(url: string): void; back(): void };
}) {
  const asked = new Map<AskingApi, Settle>();
  const ask =
    (api: AskingApi): Api =>
    (_params, settle) => {
      asked.set(api, settle);
    };

  const synchronous: Record<string, (params: never) => unknown> = {
    getAccountInfoSync: () => ({ miniProgram: { appId, envVersion: 'release', version: '1.4.0' } }),
    getStorageSync: (key: string) => storage.get(key) ?? '',
    setStorageSync: ([key, value]: [string, unknown]) => void storage.set(key, value),
  };

  const asynchronous: Record<string, Api> = {
    scanCode: ask('scanCode'),
    requestPayment: ask('requestPayment'),
    previewImage: (_params, { ok }) => ok(),
    showToast: (_params, { ok }) => ok(),
    getNetworkType: (_params, { ok }) => ok({ networkType: '5g' }),
    request,
    setStorage: ({ key, data }, { ok }) => {
      storage.set(key as string, data);
      ok();
    },
    navigateTo: ({ url }, { ok }) => {
      navigation.to(url as string);
      ok();
    },
    navigateBack: (_params, { ok }) => {
      navigation.back();
      ok();
    },
  };

  return {
    /** A call from the logic layer. What a synchronous API answers is returned, the rest comes through callbacks. */
    invoke(name: string, params: unknown): unknown {
      const answerNow = synchronous[name];
      if (answerNow) return answerNow(params as never);
      // Subscriptions: nothing on this phone ever changes.
      if (/^(on|off)[A-Z]/.test(name)) return undefined;

      const given = (params ?? {}) as Params;
      const settle = (callbackId: unknown, result: object) => {
        setImmediate(() => {
          callBack(callbackId, result);
          callBack(given.complete, result);
        });
      };
      const api = asynchronous[name] ?? ((_params, { fail }) => fail('not supported'));
      return api(given, {
        ok: (result) => settle(given.success, { errMsg: `${name}:ok`, ...result }),
        fail: (reason) => settle(given.fail, { errMsg: `${name}:fail ${reason}` }),
      });
    },

    /** The user answers what the phone asked. */
    answer(api: AskingApi, outcome: Outcome) {
      const settle = asked.get(api);
      if (!settle) throw new Error(`Nothing has called wx.${api}`);
      asked.delete(api);
      if (outcome === 'success') settle.ok(api === 'scanCode' ? { result: 'sample', scanType: 'QR_CODE' } : {});
      else settle.fail(outcome === 'cancel' ? 'cancel' : 'system error');
    },
  };
}

/** Answers with a task, as the platform does. */
function request({ url, method, data, header }: Params, { ok, fail }: Settle) {
  const controller = new AbortController();
  const body = data === undefined || typeof data === 'string' ? data : JSON.stringify(data);
  fetch(url as string, {
    method: (method as string) ?? 'GET',
    headers: { ...(header as Record<string, string>) },
    signal: controller.signal,
    ...(body === undefined ? {} : { body }),
  })
    .then(async (response) => {
      const text = await response.text();
      ok({
        statusCode: response.status,
        header: Object.fromEntries(response.headers),
        cookies: [],
        data: parsed(text),
      });
    })
    .catch((error: Error) => fail(controller.signal.aborted ? 'abort' : error.message));
  return { abort: () => controller.abort() };
}

/** `dataType` is `json` unless the app says otherwise, and what is no JSON stays a string. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
