import type { PushMetric } from '@minilens/wire/push-report';
import { useCopy } from '../../appearance/appearance';
import type { Column } from '../../panels/data-table';
import { useFormat } from '../../panels/use-format';
import { figuresOf, type PushFigure } from './push-figures';

/** Columns for figures of deliveries, the same in every table of the screen. */
export function usePushColumns<Row extends { [M in PushMetric]: number | null }>(
  figures: readonly PushFigure[],
): Column<Row>[] {
  const { push } = useCopy();
  const format = useFormat();
  return figures.map((figure) => ({
    key: figure,
    title: push.figure[figure],
    meaning: push.meaning[figure],
    isNumber: true,
    cell: (row) => {
      const value = figuresOf(row)[figure];
      switch (figure) {
        case 'deliveries':
          return format.count(value ?? 0);
        case 'failed':
          return <span className={value ? 'bad' : 'muted'}>{format.count(value ?? 0)}</span>;
        case 'failureRate':
          return format.percent(value);
        default:
          return format.milliseconds(value);
      }
    },
    saved: (row) => figuresOf(row)[figure],
  }));
}
