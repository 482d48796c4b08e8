import type { DeliveryQuestion } from '../../query/push';
import type { PushSearch } from '../address';

/** What the address asks of the list of deliveries: which, and whether the newest or the slowest first. */
export function deliveryQuestion(
  { show, outcome, reason, msgType, event, host, page = 1 }: PushSearch,
  asked: { from: string; to: string },
  pageSize: number,
): DeliveryQuestion {
  return {
    ...asked,
    outcome: outcome ?? (show === 'failed' ? 'failed' : undefined),
    reason,
    msgType,
    event,
    host,
    sort: show === 'slowest' ? 'durationMs' : 'at',
    limit: pageSize,
    offset: (page - 1) * pageSize,
  };
}
