import { licenses } from '../../licenses.mjs';

export default {
  projectName: 'minilens-sample-taro',
  framework: 'react',
  compiler: { type: 'vite', vitePlugins: [licenses()] },
  sourceRoot: 'src',
  outputRoot: 'built',
  designWidth: 375,
  plugins: [],
};
