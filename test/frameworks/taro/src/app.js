const monitor = require('./lib/minilens-mp-agent.js');
const { appId, key, endpoint } = require('./config.js');
monitor.config({ appId, key, endpoint });

export default ({ children }) => children;
