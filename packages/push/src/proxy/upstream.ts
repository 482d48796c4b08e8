import { lookup as systemLookup } from 'node:dns';
import http, { type ClientRequest } from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import type { Phase } from '../report/failure.js';

/**
 * How long a connection may wait for the next message. Below what servers keep one open for (5 s, where they do not say), so that
 * hardly ever a message meets a connection that is being closed. Unit: ms. Source: our choice.
 */
const IDLE_MS = 4_000;

/** With several addresses, how long one is tried before the next. Node's own 250 ms is less than a far host takes. Unit: ms. */
const ONE_ADDRESS_MS = 1_000;

/** How far a request has come, and how long each part took. It changes while the request goes on. Unit: ms. */
export interface Progress {
  phase: Phase;
  dnsMs?: number;
  connectMs?: number;
}

export interface Upstream {
  /** As people and reports name it: host and port. */
  host: string;
  /**
   * Begins a request. Nothing is sent before its body ends or is longer than a packet.
   *
   * @param path taken where the back end's URL names none.
   * @param headers flat, as `rawHeaders`.
   * @param isFresh on a connection of its own.
   */
  begin(
    request: { method: string; path: string; query: string; headers: string[] },
    options: { isFresh: boolean },
  ): { request: ClientRequest; progress: Progress };
  close(): void;
}

/** The back end, asked over connections that are kept. @param lookup finds addresses, as `dns.lookup`. */
export function connectUpstream(url: URL, lookup: LookupFunction = systemLookup): Upstream {
  const { request: ask, Agent } = url.protocol === 'https:' ? https : http;
  const connecting = { autoSelectFamilyAttemptTimeout: ONE_ADDRESS_MS };
  const agent = new Agent({ ...connecting, keepAlive: true, timeout: IDLE_MS });

  return {
    host: url.host,
    begin: ({ method, path, query, headers }, { isFresh }) => {
      const progress: Progress = { phase: 'connect' };
      let beganAt = performance.now();
      /** Whole milliseconds since the last part ended. */
      const lap = () => {
        const endedAt = performance.now();
        const tookMs = Math.round(endedAt - beganAt);
        beganAt = endedAt;
        return tookMs;
      };
      const timedLookup: LookupFunction = (hostname, options, done) => {
        progress.phase = 'dns';
        lookup(hostname, options, (error, ...found) => {
          if (error === null) {
            progress.dnsMs = lap();
            progress.phase = 'connect';
          }
          done(error, ...found);
        });
      };
      const request = ask({
        protocol: url.protocol,
        // An IPv6 address stands in brackets in a URL only.
        hostname: url.hostname.replace(/^\[|\]$/g, ''),
        port: url.port,
        method,
        path: `${url.pathname === '/' ? path : url.pathname}${joinQueries(url.search.slice(1), query)}`,
        headers,
        agent: isFresh ? new Agent(connecting) : agent,
        lookup: timedLookup,
      });
      request.once('socket', (socket) => {
        const connected = () => {
          progress.connectMs = lap();
          progress.phase = 'answer';
        };
        if (request.reusedSocket) progress.phase = 'answer';
        else if (url.protocol === 'http:') socket.once('connect', connected);
        else {
          socket.once('connect', () => {
            progress.phase = 'tls';
          });
          socket.once('secureConnect', connected);
        }
      });
      return { request, progress };
    },
    close: () => agent.destroy(),
  };
}

const joinQueries = (...queries: string[]) => {
  const joined = queries.filter((query) => query !== '').join('&');
  return joined === '' ? '' : `?${joined}`;
};
