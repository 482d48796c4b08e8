import type { Browser, Frame, Page, Route } from 'playwright-core';

/** A Mini Program open in WEPT, as the hands and eyes of its user. */
export type MiniProgram = Awaited<ReturnType<typeof openMiniProgram>>;

/** The `wx` calls for which WEPT asks its user. `previewImage` succeeds without asking. */
type AskingApi = 'scanCode' | 'requestPayment';

/** What the page of the runtime remembers for the driver. */
type Watched = { callbackIds: Record<string, number>; navigatedAt: number };
declare global {
  interface Window {
    watched: Watched;
  }
}

/** WEPT drops a navigation that comes sooner than this after another. Unit: ms. Source: its `bridge.js`. */
const NAVIGATION_LOCK_MS = 200;

/** Starts the Mini Program on a phone of its own: storage is empty until the driver is closed. */
export async function openMiniProgram(browser: Browser, url: string) {
  const context = await browser.newContext({ viewport: { width: 375, height: 667 }, hasTouch: true, locale: 'zh-CN' });
  const page = await context.newPage();
  await page.addInitScript(watchLogicLayer);
  await page.goto(url);
  await renderedView(page);

  return {
    /** Taps an element of the current page, as soon as it is there. */
    async tap(selector: string) {
      await (await renderedView(page)).locator(selector).tap();
    },

    /** Resolves with the element's text, as soon as the element is there. */
    async textOf(selector: string) {
      return (await renderedView(page)).locator(selector).textContent();
    },

    /** Resolves when the page, given without query, is the one in sight. */
    async waitForPage(path: string) {
      await page.waitForFunction(
        ({ path, lockMs }) => {
          const shown = [...document.querySelectorAll('iframe')].filter((view) => view.offsetParent !== null);
          const src = shown.at(-1)?.getAttribute('src') ?? '';
          return src.startsWith(`/app/${path}.wxml`) && performance.now() - window.watched.navigatedAt > lockMs;
        },
        { path, lockMs: NAVIGATION_LOCK_MS },
      );
      await renderedView(page);
    },

    async currentPage() {
      return new URL((await renderedView(page)).url()).pathname.replace(/^\/app\/(.*)\.wxml$/, '$1');
    },

    /** The arrow in the title bar. */
    async back() {
      await page.locator('.head-back').tap();
    },

    /** Answers the question that `wx.scanCode` or `wx.requestPayment` put on the screen. */
    async answer(api: AskingApi, outcome: 'success' | 'fail' | 'cancel', { scanned = 'sample' } = {}) {
      const dialog = page.locator('.cd-popup');
      await dialog.waitFor();
      if (outcome === 'success') {
        if (api === 'scanCode') await dialog.locator('input').fill(scanned);
        await dialog.locator('.yes').tap();
      } else {
        // WEPT's own refusal reads `requestPayment:fail` and can't fail a scan; a phone's answer goes first and counts.
        await page.evaluate(answerAsPhone, {
          api,
          errMsg: outcome === 'cancel' ? `${api}:fail cancel` : `${api}:fail`,
        });
        await dialog.locator('.no').tap();
      }
      await dialog.waitFor({ state: 'detached' });
    },

    /** Closes the picture that `wx.previewImage` shows. */
    async closePreview() {
      const viewer = page.locator('#images-preview');
      await viewer.tap();
      await viewer.waitFor({ state: 'detached' });
    },

    /** The user leaves for another app. */
    background: () => page.evaluate(tellLogicLayer, 'sys_onAppEnterBackground'),

    /** The user comes back. */
    foreground: () => page.evaluate(tellLogicLayer, 'sys_onAppEnterForeground'),

    /** The system kills the app and the user opens it again: memory is gone, storage is not. */
    async relaunch() {
      await page.evaluate(() => sessionStorage.clear());
      await page.goto('about:blank');
      await page.goto(url);
      await renderedView(page);
    },

    /** No connection to `origin` comes about until `reconnect`. WEPT by itself would answer with a status 500. */
    async refuse(origin: string) {
      let noticeTry = () => {};
      const tried = new Promise<void>((resolve) => {
        noticeTry = resolve;
      });
      const refuseOrigin = async (route: Route) => {
        if (route.request().headers()['x-remote'] !== origin) return route.fallback();
        await route.abort('connectionrefused');
        noticeTry();
      };
      await page.route('**', refuseOrigin);
      return {
        /** Resolves when something has been refused. */
        tried,
        reconnect: () => page.unroute('**', refuseOrigin),
      };
    },

    async screenshot(path: string) {
      await page.screenshot({ path });
    },

    async close() {
      await context.close();
    },
  };
}

/** Every page is an iframe `view-N`; those below the current one stay, but hidden. */
async function renderedView(page: Page): Promise<Frame> {
  const view = await page.waitForFunction(() => {
    const shown = [...document.querySelectorAll('iframe')].filter((view) => view.offsetParent !== null).at(-1);
    // WEPT's template has one empty `div` until the logic layer sends the page's data.
    return shown?.contentDocument?.querySelector('body wx-view') ? shown : null;
  });
  const frame = await view.asElement()?.contentFrame();
  if (!frame) throw new Error('The view went away while it was looked at');
  return frame;
}

/** Runs in every frame before its scripts. Only the top one sees what the logic layer asks of the phone. */
function watchLogicLayer() {
  if (window !== window.top) return;
  window.watched = { callbackIds: {}, navigatedAt: Number.NEGATIVE_INFINITY };
  window.addEventListener('message', ({ data }) => {
    if (data?.command !== 'COMMAND_FROM_ASJS') return;
    window.watched.callbackIds[data.sdkName] = data.callbackID;
    if (data.sdkName === 'navigateTo' || data.sdkName === 'redirectTo') window.watched.navigatedAt = performance.now();
  });
}

/** Runs in the top frame. The logic layer takes the first answer to a call and no other. */
function answerAsPhone({ api, errMsg }: { api: string; errMsg: string }) {
  const service = document.querySelector<HTMLIFrameElement>('#service');
  const ext = { sdkName: api, callbackID: window.watched.callbackIds[api] };
  service?.contentWindow?.postMessage({ to: 'appservice', command: 'GET_ASSDK_RES', ext, msg: { errMsg } }, '*');
}

/** Runs in the top frame. */
function tellLogicLayer(eventName: string) {
  const service = document.querySelector<HTMLIFrameElement>('#service');
  const msg = { eventName, type: 'sys', data: {} };
  service?.contentWindow?.postMessage({ to: 'appservice', command: 'MSG_FROM_WEBVIEW', msg, webviewID: 0 }, '*');
}
