import { BlockList, isIP, isIPv4 } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Lists in use, by their JSON. An app's old list stays until there are too many. */
const MAX_LISTS = 1_000;
const lists = new Map<string, BlockList>();

/** Whether a caller's address is in one of the networks. `networks` is JSON as `parseNetworks` let it pass. */
export function isListed(networks: string, ip: string): boolean {
  let list = lists.get(networks);
  if (list === undefined) {
    if (lists.size >= MAX_LISTS) lists.clear();
    list = readList(JSON.parse(networks));
    lists.set(networks, list);
  }
  const plain = plainAddress(ip);
  return isIP(plain) !== 0 && list.check(plain, isIPv4(plain) ? 'ipv4' : 'ipv6');
}

/** An address as the platform prints it: IPv4 where IPv6 only carries it. */
export const plainAddress = (ip: string): string => (ipaddr.isValid(ip) ? ipaddr.process(ip).toString() : ip);

/**
 * Addresses and networks as people write them: `203.0.113.7`, `203.0.113.0/24`, `2001:db8::/32`.
 *
 * @throws a sentence that names the first that is none.
 */
export function checkNetworks(networks: readonly string[]): void {
  for (const network of networks) {
    const [address = '', bits, ...more] = network.split('/');
    const most = isIP(address) === 4 ? 32 : 128;
    const isGood =
      isIP(address) !== 0 && more.length === 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && +bits <= most));
    if (!isGood)
      throw new Error(`${network} is no address and no network. Write 203.0.113.7, 203.0.113.0/24 or 2001:db8::/32.`);
  }
}

function readList(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    const family = isIPv4(address) ? 'ipv4' : 'ipv6';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
}
