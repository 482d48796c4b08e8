import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { defineConfig } from 'rolldown';

const here = (path) => new URL(path, import.meta.url).pathname;

const declarations = `declare const monitor: Monitor;
export default monitor;
export declare const config: Monitor['config'];
export declare const diagnostics: Monitor['diagnostics'];
`;

/** npm building of Mini Programs copies miniprogram_dist: the same file under the name it looks for, and its types. */
const npmForm = {
  name: 'npm-form',
  writeBundle() {
    mkdirSync(here('miniprogram_dist'), { recursive: true });
    copyFileSync(here('dist/minilens-mp-agent.js'), here('miniprogram_dist/index.js'));
    const types = readFileSync(here('src/public-types.ts'), 'utf8');
    writeFileSync(here('miniprogram_dist/index.d.ts'), `${types}\n${declarations}`);
  },
};

export default defineConfig({
  input: here('src/monitor.ts'),
  platform: 'neutral',
  transform: { target: 'es2015' },
  plugins: [npmForm],
  output: {
    file: here('dist/minilens-mp-agent.js'),
    format: 'cjs',
    exports: 'named',
    minify: true,
  },
});
