import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig, type Plugin } from 'vite';

/** Writes every script and style once more, compressed, which the server sends as it is. */
const compress: Plugin = {
  name: 'compress',
  apply: 'build',
  writeBundle({ dir = '' }, bundle) {
    for (const name of Object.keys(bundle).filter((name) => /\.(js|css)$/.test(name))) {
      const file = join(dir, name);
      writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: 9 }));
    }
  },
};

/** Lets the page itself ask for the screens' code, so that this comes beside what asks the first questions. */
const preloadDashboard: Plugin = {
  name: 'preload-dashboard',
  apply: 'build',
  transformIndexHtml: {
    order: 'post',
    handler: (_, { bundle = {} }) =>
      Object.values(bundle)
        .filter((file) => file.type === 'chunk' && file.name === 'dashboard')
        .map(({ fileName }) => ({
          tag: 'link',
          attrs: { rel: 'modulepreload', crossorigin: true, href: `/${fileName}` },
          injectTo: 'head',
        })),
  },
};

/** What every visit runs. */
const EAGER: ReadonlySet<string> = new Set(['ask', 'dashboard', 'english', 'chinese']);

/** Tells V8 that all of it is called at once: it compiles that while it arrives, and not function by function when called. */
const compileEagerly: Plugin = {
  name: 'compile-eagerly',
  apply: 'build',
  generateBundle: {
    order: 'post',
    handler: (_, bundle) => {
      for (const file of Object.values(bundle))
        if (file.type === 'chunk' && EAGER.has(file.name)) file.code = `//# allFunctionsCalledOnLoad\n${file.code}`;
    },
  },
};

/** What asks the first questions of a screen, with what that needs and without any of what shows the answers. */
const FIRST = /src\/(ask-first|query\/query-client)|vite\/preload-helper/;

/** What several screens share, without charts and words, goes in one file: as thirty it takes longer to ask for. */
const COMMON = /src\/(panels\/(?!chart)|format|query|range|filters|appearance\/(?!english|chinese))/;

export default defineConfig({
  plugins: [react(), preloadDashboard, compileEagerly, compress],
  // Tables of our other packages, whether these are built or not.
  resolve: { conditions: ['minilens-source', ...defaultClientConditions] },
  logLevel: 'warn',
  server: { host: '127.0.0.1', proxy: { '/api': 'http://127.0.0.1:8321' } },
  // The limit that counts is that of a first visit, held by src/testing/screens.test.ts. This one is for ECharts.
  build: {
    target: 'es2022',
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 600,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'ask', test: FIRST, priority: 2 },
            { name: 'dashboard', test: /src\/dashboard/, priority: 1 },
            { name: 'common', test: COMMON, minShareCount: 4 },
          ],
        },
      },
    },
  },
});
