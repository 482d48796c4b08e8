import type { PushMetric } from '@minilens/wire/push-report';

/** What the screens say of deliveries, in the order in which it is read. Rates in percent. */
export const PUSH_FIGURES = [
  'deliveries',
  'failed',
  'failureRate',
  'meanMs',
  'p50Ms',
  'p95Ms',
  'p99Ms',
  'longestMs',
] as const;
export type PushFigure = (typeof PUSH_FIGURES)[number];

/** Of a part of all deliveries: what two tables beside each other have room for. */
export const PART_FIGURES = ['deliveries', 'failed', 'failureRate', 'meanMs', 'p95Ms'] as const satisfies PushFigure[];

/** The numbers of the API as the screens say them. Without a delivery there is no rate and no time: null. */
export function figuresOf(numbers: { [M in PushMetric]: number | null }): Record<PushFigure, number | null> {
  const deliveries = numbers.callback_count ?? 0;
  const failed = numbers.fail_count ?? 0;
  const perDelivery = (sum: number) => (deliveries === 0 ? null : sum / deliveries);
  const mean = perDelivery(numbers.total_time_cost ?? 0);
  return {
    deliveries,
    failed,
    failureRate: perDelivery(100 * failed),
    meanMs: mean === null ? null : Math.round(mean),
    p50Ms: numbers.deliveryP50Ms,
    p95Ms: numbers.deliveryP95Ms,
    p99Ms: numbers.deliveryP99Ms,
    longestMs: deliveries === 0 ? null : numbers.max_time_cost,
  };
}
