import type { Api } from './mini-program.js';

type Options = { success?: (result: object) => void; fail?: (result: object) => void };

/** The least anybody would write who wants to know outcome and duration: 15 lines. */
export function hookByHand(wx: Record<string, Api>, name: string): void {
  const records: object[] = [];
  const original = wx[name] as Api;
  wx[name] = (options: Options) => {
    const startedAt = Date.now();
    const record = (outcome: string) => {
      records.push({ name, outcome, durationMs: Date.now() - startedAt });
      if (records.length > 100) records.length = 0;
    };
    return original({
      ...options,
      success(result: object) {
        record('success');
        options.success?.(result);
      },
      fail(result: object) {
        record('fail');
        options.fail?.(result);
      },
    });
  };
}
