import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type CollectorStub, startCollectorStub } from '../runtimes/collector-stub.js';
import { type Dimina, startDimina } from '../runtimes/dimina.js';
import { story } from '../runtimes/told.js';

const INDEX = 'pages/index/index';
const DETAIL = 'pages/detail/detail';

type Handler = { name: string; dataset?: Record<string, string> };
type Framework = {
  name: string;
  swallowsErrors: boolean;
  handlerOf(app: Dimina, button: string, wxml: string): Handler | undefined;
};

const frameworks: Framework[] = [
  {
    name: 'taro',
    swallowsErrors: false,
    // Every node of a page has one handler, which looks for the node's own in a tree that React makes later.
    handlerOf: (app, button) =>
      shown(app).includes(`"uid":"${button}"`) ? { name: 'eh', dataset: { sid: button } } : undefined,
  },
  {
    name: 'uni-app',
    swallowsErrors: true,
    // The page's data says what a handler is called, the template says where.
    handlerOf(app, button, wxml) {
      const field = new RegExp(`id="${button}" bindtap="{{(\\w+)}}"`).exec(wxml)?.[1] ?? '';
      const name = app.data()?.[field];
      return typeof name === 'string' ? { name } : undefined;
    },
  },
];

let collector: CollectorStub;
let appDir: string;
let app: Dimina;

beforeEach(async () => {
  collector = await startCollectorStub();
  appDir = await mkdtemp(join(tmpdir(), 'minilens-framework-'));
});
afterEach(async () => {
  app.kill();
  await collector.stop();
  await rm(appDir, { recursive: true });
});

async function launch(framework: Framework, firstLine = '') {
  await cp(fileURLToPath(new URL(`${framework.name}/built`, import.meta.url)), appDir, { recursive: true });
  const appFile = join(appDir, 'app.js');
  await writeFile(appFile, firstLine + (await readFile(appFile, 'utf8')));
  const config = { appId: 'wx00112233445566aa', key: 'sample-key', endpoint: collector.origin, shop: collector.origin };
  app = await startDimina({ appDir, config, launch: { path: INDEX, scene: 1001 } });
  const wxml = await readFile(join(appDir, `${INDEX}.wxml`), 'utf8');

  return {
    async press(button: string) {
      const { name, dataset } = await vi.waitUntil(() => framework.handlerOf(app, button, wxml));
      await app.tap(name, dataset);
    },
  };
}

/** What the current page shows, as far as its data tell. */
const shown = (app: Dimina) => JSON.stringify(app.data());

describe.each(frameworks)('an app made with $name', (framework) => {
  test.each([
    ['behind the framework, where a bundler puts it', ''],
    ['before the framework', "require('./lib/minilens-mp-agent.js').config(require('./config.js'));"],
  ])('tells what its user does when the agent comes %s', async (_place, firstLine) => {
    const { press } = await launch(framework, firstLine);
    await press('scan');
    await vi.waitFor(() => app.answer('scanCode', 'success'));
    await expect.poll(() => shown(app)).toContain('"sample"');
    await press('request');
    await expect.poll(() => shown(app)).toContain('"200"');
    await press('open-detail');
    await expect.poll(() => shown(app)).toContain('"puer"');
    await app.back();
    app.background();

    await expect
      .poll(() => collector.sessions().map(({ events }) => story(events)), { timeout: 20_000 })
      .toEqual([
        [
          'launch',
          'app_show',
          `page_show ${INDEX}`,
          `page_ready ${INDEX}`,
          `call scanCode success on ${INDEX}`,
          `request GET /healthz ok on ${INDEX}`,
          `page_hide ${INDEX}`,
          `page_show ${DETAIL}`,
          `page_ready ${DETAIL}`,
          `page_hide ${DETAIL}`,
          `page_show ${INDEX}`,
          `page_hide ${INDEX}`,
          'app_hide',
        ],
      ]);
    expect(app.problems).toEqual([]);
  });

  test('opens a page with the query it was given, and shares it', async () => {
    const { press } = await launch(framework);
    await press('open-detail');
    await expect.poll(() => shown(app)).toContain('"puer"');
    expect(app.share()).toMatchObject({
      title: 'puer',
      path: expect.stringMatching(/^\/pages\/detail\/detail\?id=puer/),
    });
  });

  test('tells of an error in a handler as far as the framework lets go of it, with the steps before', async () => {
    const { press } = await launch(framework);
    await press('fail');
    await expect.poll(() => app.problems).not.toEqual([]);
    app.background();

    const events = () => collector.sessions().flatMap(({ events }) => events);
    await expect.poll(() => events().map(({ kind }) => kind), { timeout: 20_000 }).toContain('app_hide');
    const told = {
      source: 'app',
      name: 'Error',
      errMsg: 'The handler failed',
      steps: expect.arrayContaining([expect.stringMatching(`page_show ${INDEX}$`)]),
    };
    expect(events().filter(({ kind }) => kind === 'error')).toEqual(
      framework.swallowsErrors ? [] : [expect.objectContaining(told)],
    );
  });

  test.each([
    ['handler', 'fail'],
    ['page', 'break-render'],
  ])('is as loud about an error in a %s as without the agent', async (place, button) => {
    const { press } = await launch(framework);
    await press(button);
    await expect.poll(() => app.problems).toEqual([expect.stringContaining(`The ${place} failed`)]);
  });
});
