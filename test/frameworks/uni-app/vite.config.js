import uni from '@dcloudio/vite-plugin-uni';
import { defineConfig } from 'vite';
import { licenses } from '../licenses.mjs';

export default defineConfig({ plugins: [uni.default(), licenses()] });
