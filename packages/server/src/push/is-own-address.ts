import { networkInterfaces } from 'node:os';
import ipaddr from 'ipaddr.js';

const DEFAULT_PORTS: Record<string, number> = { 'http:': 80, 'https:': 443 };

/** Whether whoever asks for the URL reaches that port of this machine, as far as its host says. */
export function isOwnAddress({ protocol, hostname, port }: URL, listeningPort: number): boolean {
  if ((Number(port) || DEFAULT_PORTS[protocol]) !== listeningPort) return false;
  const host = hostname.replace(/^\[|\]$/g, '');
  if (host === 'localhost' || host.endsWith('.localhost')) return true;
  if (!ipaddr.isValid(host)) return false;
  const address = ipaddr.process(host);
  if (['loopback', 'unspecified'].includes(address.range())) return true;
  return Object.values(networkInterfaces())
    .flat()
    .some((own) => own !== undefined && ipaddr.process(own.address).toString() === address.toString());
}
