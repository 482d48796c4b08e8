const NETWORK = /^(\d{1,3}(\.\d{1,3}){3}|[\da-f]*:[\da-f:.]+)(\/\d{1,3})?$/i;

/** The first that looks like no address and no network. The server, which looks closer, has the last word. */
export const wrongNetwork = (networks: readonly string[]): string | undefined =>
  networks.find((network) => !NETWORK.test(network.trim()));

/** As they are sent: each once. */
export const bareNetworks = (networks: readonly string[]): string[] => [
  ...new Set(networks.map((network) => network.trim())),
];
