import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  // Tables of our other packages, whether these are built or not.
  resolve: { conditions: ['minilens-source', ...defaultClientConditions] },
  logLevel: 'warn',
  server: { host: '127.0.0.1', proxy: { '/api': 'http://127.0.0.1:8321' } },
  // The limit that counts is that of a first visit, held by src/testing/screens.test.ts. This one is for ECharts' file.
  build: { target: 'es2022', chunkSizeWarningLimit: 600 },
});
