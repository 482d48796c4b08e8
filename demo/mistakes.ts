/** A mistake in the shop's own code, in the words of the two engines its visitors' phones have. */
export interface Mistake {
  /** Which of the platform's listeners hears of it. */
  listener: 'onError' | 'onUnhandledRejection';
  name: string;
  /** V8, on Android; and JavaScriptCore, on iOS. */
  v8: string;
  jsc: string;
  /** The app's own frames, topmost first: function, file, line and column. */
  frames: readonly (readonly [name: string, file: string, position: string])[];
}

export const MISTAKES = {
  /** A product nobody has reviewed is answered with `null`. */
  noReviews: {
    listener: 'onError',
    name: 'TypeError',
    v8: "Cannot read property 'length' of null",
    jsc: "null is not an object (evaluating 'reviews.length')",
    frames: [
      ['showReviews', 'pages/product/product.js', '87:31'],
      ['success', 'services/http.js', '24:9'],
    ],
  },
  /** Nobody catches what a list could not load. */
  listNotCaught: {
    listener: 'onUnhandledRejection',
    name: 'Error',
    v8: 'request:fail timeout',
    jsc: 'request:fail timeout',
    frames: [
      ['fail', 'services/http.js', '31:14'],
      ['loadCatalogue', 'services/catalogue.js', '12:20'],
    ],
  },
  /** 1.5.0 wants to explain a payment that failed, and looks for a code where there is none. */
  paymentHint: {
    listener: 'onError',
    name: 'TypeError',
    v8: "Cannot read property 'code' of undefined",
    jsc: "undefined is not an object (evaluating 'result.detail.code')",
    frames: [
      ['explainFailure', 'pages/pay/pay.js', '118:29'],
      ['fail', 'pages/pay/pay.js', '96:12'],
    ],
  },
} as const satisfies Record<string, Mistake>;

export type MistakeName = keyof typeof MISTAKES;

/** What the platform tells its listeners of the mistake on this kind of phone. */
export function toldOf(mistake: Mistake, platform: string): unknown {
  const engine = platform === 'ios' ? 'jsc' : 'v8';
  const message = mistake[engine];
  const said = `${mistake.name}: ${message}`;
  const frames = [
    ...mistake.frames.map(([name, file, at]) => FRAME[engine](name, `https://usr/${file}:${at}`)),
    LIBRARY[engine],
  ];
  if (mistake.listener === 'onError') return ['MiniProgramError', message, said, ...frames].join('\n');
  const stack = (engine === 'v8' ? [said, ...frames] : frames).join('\n');
  return { reason: { name: mistake.name, message, stack }, promise: {} };
}

const FRAME = {
  v8: (name: string, place: string) => `    at ${name} (${place})`,
  jsc: (name: string, place: string) => `${name}@${place}`,
};

/** The base library lies below everything. */
const LIBRARY = {
  v8: FRAME.v8('Function.<anonymous>', 'https://lib/WAServiceMainContext.js:1:1283041'),
  jsc: FRAME.jsc('', 'https://lib/WAServiceMainContext.js:1:1283041'),
};
