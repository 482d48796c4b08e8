import type { DeliveryOutcome, DeliveryReason } from '@minilens/wire/event';
import type { PushReport } from '@minilens/wire/push-report';
import { Select } from 'antd';
import { useCopy } from '../../appearance/appearance';
import { Button } from '../../panels/button';
import { Segmented } from '../../panels/segmented';
import type { PushSearch } from '../address';
import { kindName } from './delivery-kind';
import { messageName } from './message-name';

type Show = 'newest' | 'failed' | 'slowest';
const SHOWS: Show[] = ['newest', 'failed', 'slowest'];

/** Between the two names of a kind or of a message in the value of an option. */
const SEPARATOR = '\n';

interface DeliveryFiltersProps {
  report: PushReport;
  address: PushSearch;
  onChange: (changed: PushSearch) => void;
}

/** Which deliveries, and in which order. What can be chosen is what occurs in the range. */
export function DeliveryFilters({ report, address, onChange }: DeliveryFiltersProps) {
  const copy = useCopy();
  const { push } = copy;
  const { show = 'newest', outcome, reason, msgType, event, host } = address;
  const isFiltered = outcome || reason || msgType || event || host;
  return (
    <search className="filters">
      <Segmented<Show>
        label={push.show}
        value={show}
        options={SHOWS.map((value) => ({ value, label: push.shown[value] }))}
        onChange={(picked) =>
          onChange({
            show: picked === 'newest' ? undefined : picked,
            ...(picked === 'failed' && outcome === 'ok' ? { outcome: undefined, reason: undefined } : {}),
          })
        }
      />
      <Select<string>
        aria-label={push.result}
        popupMatchSelectWidth={false}
        value={outcome ? [outcome, reason ?? ''].join(SEPARATOR) : ''}
        options={[{ value: '', label: push.anyKind }, ...kindOptions()]}
        onChange={(picked) => {
          const [of, because] = picked.split(SEPARATOR) as [DeliveryOutcome | '', DeliveryReason | '' | undefined];
          onChange({
            outcome: of || undefined,
            reason: because || undefined,
            ...(of === 'ok' && show === 'failed' ? { show: undefined } : {}),
          });
        }}
      />
      <Select<string>
        aria-label={push.message}
        popupMatchSelectWidth={false}
        value={msgType ? [msgType, event ?? ''].join(SEPARATOR) : ''}
        options={[{ value: '', label: push.anyMessage }, ...messageOptions()]}
        onChange={(picked) => {
          const [type, name] = picked.split(SEPARATOR);
          onChange({ msgType: type || undefined, event: name || undefined });
        }}
      />
      <Select<string>
        aria-label={push.host}
        popupMatchSelectWidth={false}
        value={host ?? ''}
        options={[
          { value: '', label: push.anyHost },
          ...distinct([...report.hosts.map((row) => row.host), ...(host ? [host] : [])]).map((value) => ({
            value,
            label: value,
          })),
        ]}
        onChange={(picked) => onChange({ host: picked || undefined })}
      />
      {isFiltered && (
        <Button
          look="link"
          onClick={() =>
            onChange({ outcome: undefined, reason: undefined, msgType: undefined, event: undefined, host: undefined })
          }
        >
          {push.clear}
        </Button>
      )}
    </search>
  );

  /** Each outcome as a whole, then its reasons. */
  function kindOptions() {
    const chosen = outcome ? [{ outcome, reason: reason ?? ('' as const) }] : [];
    const all = [...report.kinds, ...chosen].flatMap((kind) => [
      { outcome: kind.outcome, reason: '' as const },
      { outcome: kind.outcome, reason: kind.reason },
    ]);
    const byValue = new Map(all.map((kind) => [[kind.outcome, kind.reason].join(SEPARATOR), kindName(kind, copy)]));
    return [...byValue].map(([value, label]) => ({ value, label })).sort((a, b) => a.value.localeCompare(b.value));
  }

  function messageOptions() {
    const chosen = msgType ? [{ msgType, event: event ?? '' }] : [];
    const readable = [...report.messages, ...chosen].filter((row) => row.msgType);
    const byValue = new Map(
      readable.map((row) => [[row.msgType, row.event].join(SEPARATOR), messageName(row.msgType, row.event)]),
    );
    return [...byValue].map(([value, label]) => ({ value, label }));
  }
}

const distinct = (texts: string[]) => [...new Set(texts)];
