import type { LossReport } from '@minilens/wire/report-api';
import { daysOf } from '../../range/days-of';

/** What of a stretch, or of one version of the agent, was numbered, and what became of it. Unit: events. */
export interface Loss {
  numbered: number;
  missing: number;
  /** Numbered and not missing: stored, or dropped on arrival. */
  arrived: number;
  dropped: number;
  /** Missing ÷ numbered; null of nothing. Unit: % */
  lossRate: number | null;
}

type Row = Pick<LossReport['loss'][number], 'numbered' | 'missing'>;

export function lossOf(loss: readonly Row[], drops: readonly { dropped: number }[]): Loss {
  const numbered = loss.reduce((sum, row) => sum + row.numbered, 0);
  const missing = loss.reduce((sum, row) => sum + row.missing, 0);
  return {
    numbered,
    missing,
    arrived: numbered - missing,
    dropped: drops.reduce((sum, row) => sum + row.dropped, 0),
    lossRate: numbered === 0 ? null : (100 * missing) / numbered,
  };
}

/** Every day of the range, also those of which nothing is known. */
export function lossByDay({ range, loss, drops }: LossReport): (Loss & { at: number })[] {
  return daysOf(range).map((at) => ({ at, ...lossOf(loss.filter(isOf(at)), drops.filter(isOf(at))) }));
}

/** The version with the most events first. */
export function lossByAgent({ loss, drops }: LossReport): (Loss & { agent: string })[] {
  const agents = [...new Set([...loss, ...drops].map(({ agent }) => agent))];
  const isFrom = (agent: string) => (row: { agent: string }) => row.agent === agent;
  return agents
    .map((agent) => ({ agent, ...lossOf(loss.filter(isFrom(agent)), drops.filter(isFrom(agent))) }))
    .sort((a, b) => b.numbered - a.numbered || a.agent.localeCompare(b.agent));
}

/** The most frequent reason first. */
export function dropsByReason({ drops }: LossReport): { reason: string; dropped: number; agents: string[] }[] {
  return [...new Set(drops.map(({ reason }) => reason))]
    .map((reason) => {
      const ofIt = drops.filter((row) => row.reason === reason);
      return {
        reason,
        dropped: lossOf([], ofIt).dropped,
        agents: [...new Set(ofIt.map(({ agent }) => agent))].sort(),
      };
    })
    .sort((a, b) => b.dropped - a.dropped);
}

const isOf = (at: number) => (row: { at: number }) => row.at === at;
