import { createSSRApp } from 'vue';
import App from './App.vue';

const monitor = require('./lib/minilens-mp-agent.js');
const { appId, key, endpoint } = require('./config.js');
monitor.config({ appId, key, endpoint });

export const createApp = () => ({ app: createSSRApp(App) });
