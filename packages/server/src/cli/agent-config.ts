import { AgentConfig, type CurrentAgentConfig } from '@minilens/wire/agent-config';
import { Compile } from 'typebox/compile';
import type { Client } from './client.js';

type Sampling = NonNullable<AgentConfig['sampling']>;

export interface AgentOptions {
  off?: boolean;
  on?: boolean;
  sampling?: Sampling;
  hookApis?: string[];
  reset?: boolean;
  json?: boolean;
}

const interfaceName = Compile(AgentConfig.properties.hookApis.items);
const SAMPLED = Object.keys(AgentConfig.properties.sampling.properties);

/** Shows the remote configuration of an app's agents, after changing what the options name. */
export async function configureAgents(
  client: Pick<Client, 'request'>,
  appid: string,
  options: AgentOptions,
): Promise<void> {
  const path = `/api/v1/apps/${encodeURIComponent(appid)}/agent-config`;
  const before = await client.request<CurrentAgentConfig>('GET', path);
  const wanted = change(before.values, options);
  const current = wanted === undefined ? before : await client.request<CurrentAgentConfig>('PUT', path, wanted);
  console.log(options.json ? JSON.stringify(current) : describe(appid, current));
}

/** What the options make of a configuration; undefined when they change nothing. */
function change(values: AgentConfig, { off, on, sampling, hookApis, reset }: AgentOptions): AgentConfig | undefined {
  if (reset) return {};
  if (!off && !on && sampling === undefined && hookApis === undefined) return undefined;
  const { off: wasOff, ...rest } = values;
  const isOff = off || (wasOff && !on);
  return {
    ...rest,
    ...(isOff && { off: true }),
    ...(hookApis && { hookApis }),
    ...(sampling && { sampling: { ...values.sampling, ...sampling } }),
  };
}

/** `session=0.5,request=0.1` */
export function parseSampling(text: string): Sampling {
  return Object.fromEntries(
    text.split(',').map((part) => {
      const [name = '', share = ''] = part.trim().split('=');
      if (!SAMPLED.includes(name)) throw new Error(`Nothing is sampled as ${name}. There are ${SAMPLED.join(', ')}.`);
      if (!/^(0|1|0?\.\d+|[01]\.0*)$/.test(share)) throw new Error(`${part} is no share. Write 0 to 1: ${name}=0.5.`);
      return [name, Number(share)];
    }),
  );
}

/** `requestPayment,wx.login`, or `*` for all. */
export function parseHookApis(text: string): string[] {
  const names = text.split(',').map((name) => name.trim().replace(/^wx\./, ''));
  const wrong = names.find((name) => !interfaceName.Check(name));
  if (wrong !== undefined)
    throw new Error(`${JSON.stringify(wrong)} is no name of an interface. Write requestPayment,login or '*'.`);
  return names;
}

function describe(appid: string, { version, values }: CurrentAgentConfig): string {
  const { off, hookApis, sampling } = values;
  const lines = [
    off && 'agent       off: it watches nothing and sends nothing',
    hookApis && `interfaces  ${hookApis.includes('*') ? 'all' : hookApis.join(', ') || 'none'}`,
    sampling && `sampling    ${Object.entries(sampling).map(sampled).join(', ')}`,
  ].filter(Boolean);
  const what =
    lines.length === 0
      ? `No remote configuration for ${appid}: its agents do what the app configures.`
      : `Remote configuration of ${appid}, version ${version}:\n\n  ${lines.join('\n  ')}\n\nWhat is not listed stays as the app configures it.`;
  return `${what}
Agents learn of a change with the receipt of their next batch, and keep it on the device. One that is off asks when the
Mini Program starts.`;
}

const sampled = ([name, share]: [string, number]) =>
  `${name} ${share.toLocaleString('en-US', { style: 'percent', maximumFractionDigits: 4 })}`;
