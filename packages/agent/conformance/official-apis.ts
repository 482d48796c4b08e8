import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { firstParameterType, readDeclarations } from './declarations.js';

const types = join(dirname(createRequire(import.meta.url).resolve('miniprogram-api-typings/package.json')), 'types/wx');
const declarations = readDeclarations(
  readdirSync(types)
    // The 3D engine brings an interface world of its own.
    .filter((file) => file.startsWith('lib.wx.') && !/xr-frame|phys3D/.test(file))
    .map((file) => readFileSync(join(types, file), 'utf8')),
);

const methods = declarations.methods('Wx');
const isAsynchronous = (method: (typeof methods)[number]) => {
  const options = declarations.properties(firstParameterType(method));
  return ['success', 'fail', 'complete'].every((name) => options.has(name));
};
const namesOf = (found: typeof methods) => [...new Set(found.map(({ name }) => name))].sort();

/** Every function of `wx` that the official typings know. */
export const OFFICIAL_APIS = namesOf(methods);
/** Those whose options take `success`, `fail` and `complete`. */
export const ASYNCHRONOUS = namesOf(methods.filter(isAsynchronous));
/** `…Sync`. */
export const SYNCHRONOUS = OFFICIAL_APIS.filter((name) => name.endsWith('Sync'));

const returned = new Map(methods.map(({ name, returns }) => [name, returns]));

/** What a call without callbacks hands back: a promise, a task such as `RequestTask`, or nothing. */
export function resultOf(name: string): 'promise' | 'task' | 'nothing' {
  const type = returned.get(name) ?? '';
  return type.includes('Promis') ? 'promise' : type === 'void' ? 'nothing' : 'task';
}
