import type { Store } from '../connect.js';

/** From now on `before` is told every statement that changes something, and waited for, before this store runs it. */
export function tellBefore(store: Store, before: (statement: string) => unknown): void {
  const run = store.run.bind(store);
  store.run = (work, options) =>
    run((client) => {
      const command: typeof client.command = async (params) => {
        await before(params.query);
        return client.command(params);
      };
      return work(
        new Proxy(client, {
          get: (target, name) => (name === 'command' ? command : Reflect.get(target, name).bind(target)),
        }),
      );
    }, options);
}
