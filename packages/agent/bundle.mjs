import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { rolldown } from 'rolldown';
import { minify } from 'terser';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/**
 * The agent as Mini Programs take it: one CommonJS file in ES5, which every base library and every devtools reads.
 * Closure writes it in ES5 and with few variables, terser writes that short: ADR 11 has the figures.
 */
export async function bundleAgent() {
  const bundle = await rolldown({
    input: here('src/monitor.ts'),
    platform: 'neutral',
    transform: { target: 'es2020' },
  });
  const { output } = await bundle.generate({ format: 'cjs', exports: 'default' });
  const { code } = await minify(await toEs5(output[0].code), {
    ecma: 5,
    toplevel: true,
    compress: { passes: 3, unsafe: true, unsafe_methods: true, pure_getters: true, keep_fargs: false },
    format: { preamble: "'use strict';" },
  });
  return code;
}

const CLOSURE = createRequire(import.meta.url).resolve('google-closure-compiler/cli.js');
const CLOSURE_FLAGS = [
  '--compilation_level=SIMPLE',
  '--language_out=ECMASCRIPT5',
  '--rewrite_polyfills=false',
  '--assume_function_wrapper',
  '--charset=UTF-8',
];

async function toEs5(code) {
  const running = promisify(execFile)(process.execPath, [CLOSURE, ...CLOSURE_FLAGS, '--warning_level=QUIET']);
  running.child.stdin.end(code);
  return (await running).stdout;
}

const METHODS = [
  'config',
  'diagnostics',
  'setHookApis',
  'captureException',
  'track',
  'setUser',
  'setTags',
  'setConsent',
  'wrapApi',
  'wrapApp',
  'wrapPage',
  'wrapComponent',
  'destroy',
];

/** What TypeScript is told of the file: the monitor as default, and each of its methods by name, as `require` gives them. */
export function agentTypes() {
  const methods = METHODS.map((name) => `export declare const ${name}: Monitor['${name}'];`);
  const types = readFileSync(here('src/public-types.ts'), 'utf8');
  return [types, 'declare const monitor: Monitor;', 'export default monitor;', ...methods, ''].join('\n');
}

/** Writes the file, and the npm form: the same under the name npm building looks for, with its types. */
async function write() {
  const code = await bundleAgent();
  mkdirSync(here('dist'), { recursive: true });
  mkdirSync(here('miniprogram_dist'), { recursive: true });
  writeFileSync(here('dist/minilens-mp-agent.js'), code);
  copyFileSync(here('dist/minilens-mp-agent.js'), here('miniprogram_dist/index.js'));
  writeFileSync(here('miniprogram_dist/index.d.ts'), agentTypes());
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await write();
