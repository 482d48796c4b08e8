import { fileURLToPath } from 'node:url';
import { bundle, bundleServer } from '../packages/server/bundle.mjs';

/** The server that kills itself, started as often as there are steps to die at. */
const MORTAL = fileURLToPath(new URL('../dist/test/kill/mortal-server.js', import.meta.url));

/** Before the tests that start commands: the server as TypeScript built it last. */
export default async function setup() {
  await bundleServer();
  await bundle(MORTAL, 'dist/mortal');
}
