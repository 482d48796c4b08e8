import type { Delivery } from '@minilens/wire/push-report';
import { useCopy } from '../../appearance/appearance';
import { CodeBlock } from '../../panels/code-block';
import { useFormat } from '../../panels/use-format';
import { kindAdvice } from './delivery-kind';
import { KindMark } from './kind-mark';
import { timingOf } from './timing';
import { TimingBar } from './timing-bar';

/** One attempt in full: when, how it ended and why, where the time went, and what was said where that is kept. */
export function Attempt({ delivery, scaleMs }: { delivery: Delivery; scaleMs: number }) {
  const copy = useCopy();
  const format = useFormat();
  const { push, common } = copy;
  const parts = timingOf(delivery).map(({ phase, ms }) => push.phaseMs(push.phase[phase], format.count(ms)));
  return (
    <li>
      <p className="attempt-head">
        <b>
          {push.attempt} {format.count(delivery.attempt)}
        </b>
        <span className="muted">{format.moment(delivery.at)}</span>
        <KindMark of={delivery} />
      </p>
      <TimingBar delivery={delivery} scaleMs={scaleMs} />
      <p className="muted">{[...parts, push.total(format.count(delivery.durationMs))].join(' · ')}</p>
      {(delivery.outcome !== 'ok' || delivery.reason) && <p>{kindAdvice(delivery, copy)}</p>}
      {delivery.errMsg && <p className="mono muted">{delivery.errMsg}</p>}
      <dl className="rest">
        <div>
          <dt>{push.status}</dt>
          <dd>{delivery.status ?? common.none}</dd>
        </div>
        <div>
          <dt>{push.bytes}</dt>
          <dd>{delivery.receivedBytes === null ? common.none : format.count(delivery.receivedBytes)}</dd>
        </div>
      </dl>
      {delivery.content && (
        <>
          <p className="muted">{push.content}</p>
          <CodeBlock code={delivery.content} label={push.content} />
        </>
      )}
    </li>
  );
}
