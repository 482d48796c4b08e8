import { useCopy } from '../../appearance/appearance';

/** What kind of message it was, by its own words: `text`, `event · subscribe`. */
export function MessageName({ msgType, event }: { msgType: string; event: string }) {
  const { push } = useCopy();
  if (!msgType) return <span title={push.unreadableHint}>{push.unreadable}</span>;
  return <span className="mono">{messageName(msgType, event)}</span>;
}

export const messageName = (msgType: string, event: string) => (event ? `${msgType} · ${event}` : msgType);
