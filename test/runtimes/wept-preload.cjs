const { Server } = require('node:net');

// WEPT listens on all interfaces and has no option for it.
const listen = Server.prototype.listen;
Server.prototype.listen = function (port, ...rest) {
  return listen.call(this, port, '127.0.0.1', ...rest.filter((argument) => typeof argument === 'function'));
};

// A test that dies takes its runtime with it.
process.on('disconnect', () => process.exit());
