import { networkInterfaces } from 'node:os';

/** Addresses under which others reach this machine; its own loopback where nobody does. */
export function machineAddresses(): string[] {
  const outside = Object.values(networkInterfaces()).flatMap((network = []) =>
    network.filter(({ internal, family }) => !internal && family === 'IPv4').map(({ address }) => address),
  );
  return outside.length > 0 ? outside : ['127.0.0.1'];
}
