import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import fastify from 'fastify';
import Koa from 'koa';
import { expressHandler } from './express.js';
import { fastifyPlugin } from './fastify.js';
import { koaMiddleware } from './koa.js';
import { nodeListener } from './node.js';
import type { Receiver } from './receiver.js';

/** A server that a test asks, and stops. */
export interface Running {
  /** Where its receiver is. */
  url: string;
  stop(): Promise<void>;
}

/** Each framework with the receiver at /wechat and nothing else. */
export const FRAMEWORKS: { [name: string]: (receiver: Receiver) => Promise<Running> } = {
  node: (receiver) => listen(nodeListener(receiver)),
  express: (receiver) => listen(express().all('/wechat', expressHandler(receiver))),
  koa: (receiver) => {
    const app = new Koa().use(koaMiddleware(receiver));
    app.silent = true; // it prints every sender that leaves
    return listen(app.callback());
  },
  fastify: async (receiver) => {
    const app = fastify();
    await app.register(fastifyPlugin, { prefix: '/wechat', receiver });
    await app.listen({ host: '127.0.0.1', port: 0 });
    return running(app.server);
  },
};

export async function listen(listener: RequestListener): Promise<Running> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return running(server);
}

export function running(server: Server): Running {
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/wechat`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
