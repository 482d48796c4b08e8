import { defineConfig, mergeConfig } from 'vite';
import { fakeApi } from './src/testing/fake-api-plugin.ts';
import real from './vite.config.ts';

/** The screens with made-up figures and no server. The cookie `fake=<scenario>` chooses what goes wrong. */
export default mergeConfig(real, defineConfig({ logLevel: 'info', plugins: [fakeApi()] }));
