import { bundleServer } from '../packages/server/bundle.mjs';

/** Before the tests that start commands: the server as TypeScript built it last. */
export default () => bundleServer();
