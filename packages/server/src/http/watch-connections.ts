import type { Server, Socket } from 'node:net';

/** Knows every connection, also one that has not said a word yet, which Node's own list leaves out. */
export function watchConnections(server: Server): { cut(): void } {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return {
    cut: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}
