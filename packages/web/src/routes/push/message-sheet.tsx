import { CloseOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useId, useRef } from 'react';
import { useCopy } from '../../appearance/appearance';
import { useApp } from '../../panels/app-context';
import { Button } from '../../panels/button';
import { Notice } from '../../panels/notice';
import { Question } from '../../panels/question';
import { useFormat } from '../../panels/use-format';
import { messageAttempts } from '../../query/push';
import { Attempt } from './attempt';
import { MessageName } from './message-name';
import { scaleOf, TimingLegend } from './timing-bar';

interface MessageSheetProps {
  messageKey: string;
  range: { from: number; to: number };
  onClose: () => void;
}

/** Every attempt to deliver one message, first to last. The browser's own dialog keeps the focus and closes on Escape. */
export function MessageSheet({ messageKey, range, onClose }: MessageSheetProps) {
  const { push } = useCopy();
  const format = useFormat();
  const { appid } = useApp();
  const title = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const { from, to } = range;
  const attempts = useQuery(messageAttempts(appid, messageKey, { from, to }));
  useEffect(() => {
    // React's strict mode runs this twice.
    if (!dialog.current?.open) dialog.current?.showModal();
  }, []);
  const close = () => dialog.current?.close();

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it; the click is one beside the sheet
    <dialog
      ref={dialog}
      className="sheet"
      aria-labelledby={title}
      onClose={onClose}
      onClick={({ target, currentTarget }) => target === currentTarget && close()}
    >
      <div className="sheet-body">
        <header className="sheet-head">
          <h2 id={title}>{push.sheet}</h2>
          <Button look="text" icon={<CloseOutlined />} aria-label={push.close} onClick={close} />
        </header>
        <Question of={attempts} lines={8}>
          {({ items }) => {
            const [newest] = items;
            if (!newest) return <Notice title={push.goneTitle}>{push.gone}</Notice>;
            const scaleMs = scaleOf(items);
            return (
              <>
                <p>
                  <MessageName {...newest} /> <span className="muted">· {newest.host}</span>
                </p>
                <p className="muted">
                  {push.sheetAttempts(format.count(items.length))} · {push.key}{' '}
                  <span className="mono key-text">{messageKey}</span>
                </p>
                <TimingLegend scaleMs={scaleMs} />
                <ol className="attempts">
                  {items.toReversed().map((delivery) => (
                    <Attempt key={delivery.delivery} delivery={delivery} scaleMs={scaleMs} />
                  ))}
                </ol>
                {items.every(({ content }) => content === '') && <p className="muted">{push.noContent}</p>}
              </>
            );
          }}
        </Question>
      </div>
    </dialog>
  );
}
