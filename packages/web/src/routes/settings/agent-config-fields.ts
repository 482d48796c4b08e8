import type { AgentConfig } from '@minilens/wire/agent-config';

export type SampledKind = keyof NonNullable<AgentConfig['sampling']>;

// A record, not a list: what the contract gains does not compile until it stands here.
const KINDS: Record<SampledKind, true> = {
  session: true,
  call: true,
  request: true,
  performance: true,
  error: true,
  custom: true,
};
export const SAMPLED_KINDS = Object.keys(KINDS) as SampledKind[];

/** The remote configuration as its form holds it. */
export interface AgentConfigFields {
  isOff: boolean;
  /** `app`: those that the app configures. */
  interfaces: 'app' | 'all' | 'these';
  names: string[];
  /** Unit: percent; null: what the app configures. */
  shares: Record<SampledKind, number | null>;
}

export function fieldsOf({ off = false, hookApis, sampling = {} }: AgentConfig): AgentConfigFields {
  const isAll = hookApis?.includes('*') ?? false;
  return {
    isOff: off,
    interfaces: hookApis === undefined ? 'app' : isAll ? 'all' : 'these',
    names: isAll ? [] : (hookApis ?? []),
    shares: Object.fromEntries(
      SAMPLED_KINDS.map((kind) => [kind, sampling[kind] === undefined ? null : withoutNoise(100 * sampling[kind])]),
    ) as AgentConfigFields['shares'],
  };
}

/** What is left to the app is absent. Names may be typed as they are called, with `wx.` before them. */
export function configOf({ isOff, interfaces, names, shares }: AgentConfigFields): AgentConfig {
  const sampling = Object.fromEntries(
    SAMPLED_KINDS.flatMap((kind) => {
      const share = shares[kind];
      return share === null ? [] : [[kind, withoutNoise(share / 100)]];
    }),
  );
  return {
    ...(isOff && { off: true }),
    ...(interfaces === 'all' && { hookApis: ['*'] }),
    ...(interfaces === 'these' && { hookApis: [...new Set(names.map(bareName))] }),
    ...(Object.keys(sampling).length > 0 && { sampling }),
  };
}

/** The first of the names that no interface can have, as in the contract, whose schemas the browser does not load. */
export const wrongName = (names: readonly string[]): string | undefined =>
  names.find((name) => !/^[A-Za-z][A-Za-z0-9_.]{0,63}$/.test(bareName(name)));

const bareName = (name: string) => name.trim().replace(/^wx\./, '');

/** 100 × 0.07 is 7.000000000000001. */
const withoutNoise = (value: number) => Number(value.toPrecision(12));
