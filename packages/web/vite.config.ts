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

/** What screens share, without charts and words, goes in one file with what it needs: as sixty it takes longer to ask for. */
const COMMON = /src\/(panels\/(?!chart)|format|query|range|filters|appearance\/(?!english|chinese))/;

export default defineConfig({
  plugins: [react(), compress],
  // Tables of our other packages, whether these are built or not.
  resolve: { conditions: ['minilens-source', ...defaultClientConditions] },
  logLevel: 'warn',
  server: { host: '127.0.0.1', proxy: { '/api': 'http://127.0.0.1:8321' } },
  // The limit that counts is that of a first visit, held by src/testing/screens.test.ts. This one is for what screens share, and for ECharts.
  build: {
    target: 'es2022',
    chunkSizeWarningLimit: 800,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [{ name: 'common', test: COMMON, minShareCount: 4 }],
        },
      },
    },
  },
});
