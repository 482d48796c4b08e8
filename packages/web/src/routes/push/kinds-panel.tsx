import type { PushReport } from '@minilens/wire/push-report';
import { useCopy } from '../../appearance/appearance';
import { CsvButton } from '../../panels/csv-button';
import { Notice } from '../../panels/notice';
import { Panel } from '../../panels/panel';
import { useFormat } from '../../panels/use-format';
import { DeliveriesLink } from './deliveries-link';
import { isCovered, kindAdvice, kindName, kindTone } from './delivery-kind';

/** Why deliveries failed and what to do, each the way to its deliveries; late answers that were covered come last. */
export function KindsPanel({ report: { kinds, summary } }: { report: PushReport }) {
  const copy = useCopy();
  const format = useFormat();
  const failed = kinds.filter(({ outcome }) => outcome !== 'ok');
  const shown = [...failed, ...kinds.filter(isCovered)];
  const most = Math.max(...shown.map(({ callback_count }) => callback_count));
  return (
    <Panel
      title={copy.push.kinds}
      hint={copy.push.kindsHint}
      controls={
        shown.length > 0 && (
          <CsvButton
            name={copy.push.kinds}
            rows={() => [
              [copy.push.result, copy.push.figure.deliveries],
              ...shown.map((kind) => [kindName(kind, copy), kind.callback_count]),
            ]}
          />
        )
      }
    >
      {failed.length === 0 && <Notice title={copy.push.noKinds} />}
      {shown.length > 0 && (
        <ul className="kinds">
          {shown.map((kind) => {
            const name = kindName(kind, copy);
            const { outcome, reason, callback_count } = kind;
            return (
              <li key={`${outcome} ${reason}`} className={`kind-${kindTone(kind)}`}>
                <DeliveriesLink only={{ outcome, reason: reason || undefined }} hint={copy.push.onlyKind(name)}>
                  {name}
                </DeliveriesLink>
                <span>
                  <b>{format.count(callback_count)}</b>{' '}
                  <span className="muted">
                    {copy.push.share(format.percent((100 * callback_count) / summary.callback_count))}
                  </span>
                </span>
                <span className="kind-bar" aria-hidden="true">
                  <span style={{ width: `${(100 * callback_count) / most}%` }} />
                </span>
                <p className="muted">{kindAdvice(kind, copy)}</p>
              </li>
            );
          })}
        </ul>
      )}
    </Panel>
  );
}
