import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { BrowserContext, Page } from 'playwright-core';
import { expect } from 'vitest';

/** What somebody reads on a screen. */
export interface Reading {
  /** Figures with their values, by the group in which they stand. */
  figures: Record<string, Record<string, string>>;
  /** How figures differ from before, in the same way. */
  changes: Record<string, Record<string, string>>;
  /** Rows of tables by the table's name, each cell under the title of its column. */
  tables: Record<string, Record<string, string>[]>;
  /** What pagers say of their tables. */
  pagers: string[];
  /** How many names say what they mean. */
  explained: number;
  /** Figures that do not. */
  unexplained: string[];
  /** Every number in figures and in columns of numbers, one after another, without words. */
  numbers: string[];
}

/** A page of a browser on which one screen after another is opened. */
export interface ScreenPage {
  page: Page;
  /** Opens an address and waits until what it shows stands. */
  open(address: string): Promise<void>;
  /** The same as a link does it: the page stays, and only what is new is loaded. */
  turnTo(address: string): Promise<void>;
  /** Waits until no question is open and all answers stand on the screen. */
  settle(): Promise<void>;
  read(): Promise<Reading>;
  /** No problem, no complaint of the browser, nothing wider than the window, and nothing that axe objects to. */
  expectSound(): Promise<void>;
}

/** Longer than from an answer to the question that follows from it. Unit: ms. */
const QUIET_MS = 120;

export async function openScreenPage(context: BrowserContext, origin: string): Promise<ScreenPage> {
  const page = await context.newPage();
  const open = new Set<unknown>();
  let complaints: string[] = [];
  page.on('request', (request) => open.add(request));
  page.on('requestfinished', (request) => open.delete(request));
  page.on('requestfailed', (request) => open.delete(request));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));

  async function settle() {
    const stands = async () => open.size === 0 && (await page.evaluate(isDrawn));
    for (let quiet = 0; quiet < 2; quiet = (await stands()) ? quiet + 1 : 0) await page.waitForTimeout(QUIET_MS / 2);
  }

  return {
    page,
    settle,
    async open(address) {
      complaints = [];
      open.clear();
      await page.goto(origin + address, { waitUntil: 'commit' });
      await settle();
    },
    async turnTo(address) {
      complaints = [];
      await page.evaluate((to) => history.pushState(null, '', to), address);
      await settle();
    },
    read: () => page.evaluate(readPage),
    async expectSound() {
      expect(complaints).toEqual([]);
      const problems = await page.locator('[role=alert], .notice-error').allTextContents();
      expect(problems.filter((text) => text !== '')).toEqual([]);
      const overflow = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;
      expect(await page.evaluate(overflow), 'pixels wider than the window').toBe(0);
      expect(await accessibilityProblems(page)).toEqual([]);
    },
  };
}

/** Runs in the page: nothing is loading, and nothing older stands where something newer is awaited. */
const isDrawn = () =>
  document.querySelector('main h1') !== null && document.querySelector('.loading, [aria-busy=true]') === null;

/** Runs in the page. */
function readPage(): Reading {
  const textOf = (element: Element | null, without: string) => {
    const copy = element?.cloneNode(true) as Element | undefined;
    for (const part of copy?.querySelectorAll(`[aria-hidden=true], ${without}`) ?? []) part.remove();
    return (copy?.textContent ?? '').replace(/\s+/g, ' ').trim();
  };
  const all = (selector: string, within: ParentNode = document) => [...within.querySelectorAll(selector)];
  const grouped = (value: (figure: Element) => string) =>
    Object.fromEntries(
      all('section.figures').map((group) => [
        group.getAttribute('aria-label'),
        Object.fromEntries(
          all('.figure', group).map((figure) => [textOf(figure.querySelector('dt'), 'svg'), value(figure)]),
        ),
      ]),
    );
  const changesOf = (figure: Element) =>
    all('.change', figure)
      .map((change) => textOf(change, '.muted'))
      .join(' ');

  const tables = all('main table').map((table) => {
    const titles = all('thead th', table).map((cell) => textOf(cell, 'svg'));
    const rows = all('tbody tr', table).map((row) =>
      Object.fromEntries(titles.map((title, at) => [title, textOf(row.children[at] ?? null, 'svg')])),
    );
    return [table.getAttribute('aria-label'), rows];
  });
  const numbers = all('.figure dd, td.number').flatMap(
    (cell) => textOf(cell, '.muted').match(/[\d.,:%+-]*\d%?/g) ?? [],
  );
  return {
    figures: grouped((figure) => textOf(figure.querySelector('dd'), '.change')),
    changes: grouped(changesOf),
    tables: Object.fromEntries(tables),
    pagers: all('.pager > span').map((pager) => textOf(pager, 'svg')),
    explained: all('main .explained').length,
    unexplained: all('main .figure dt:not(:has(.explained))').map((name) => textOf(name, 'svg')),
    numbers,
  };
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** Inside a picture everything is presentational, and a chart has hundreds of shapes. What is in order is not listed. */
const RULES = `axe.run({ exclude: '.chart-place svg' }, {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'],
  resultTypes: ['violations'],
}).then(({ violations }) => violations)`;

/** WCAG 2.1 A and AA, each with the elements that break it. */
async function accessibilityProblems(page: Page): Promise<string[]> {
  // Evaluated by the debugger, not added as a script: the policy of the page forbids that.
  if (!(await page.evaluate("'axe' in window"))) await page.evaluate(AXE);
  const violations = await page.evaluate<AxeResults['violations']>(RULES);
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
}
