import type { EventRecord } from '@minilens/wire/records';
import { useCopy } from '../../appearance/appearance';
import { CodeBlock } from '../../panels/code-block';
import { useFormat } from '../../panels/use-format';

const TEXTS = ['stack', 'steps', 'args', 'props'] as const;
const TIMES = ['dnsMs', 'connectMs', 'tlsMs', 'firstByteMs'] as const;
const BYTES = ['sentBytes', 'receivedBytes'] as const;

/** Whether an event says more than its row. */
export const hasRest = (event: EventRecord): boolean =>
  event.errCode !== undefined ||
  event.errMsg !== undefined ||
  [...TEXTS, ...TIMES, ...BYTES].some((name) => event[name] !== undefined);

/** What the row has no room for: what was said, where the time went, the stack and the steps before an error. */
export function EventRest({ event }: { event: EventRecord }) {
  const { people } = useCopy();
  const format = useFormat();
  const facts: [string, string][] = [
    ...(event.errMsg ? [[people.rest.errMsg, event.errMsg] as [string, string]] : []),
    ...(event.errCode === undefined ? [] : [[people.rest.errCode, String(event.errCode)] as [string, string]]),
    ...TIMES.flatMap((name) => said(people.rest[name], event[name], 'ms')),
    ...BYTES.flatMap((name) => said(people.rest[name], event[name], 'bytes')),
    [people.rest.network, event.network],
    [people.rest.receivedAt, format.moment(event.receivedAt)],
  ];
  return (
    <div className="event-rest">
      <dl className="rest">
        {facts
          .filter(([, value]) => value !== '')
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
      {TEXTS.map((name) => {
        const text = event[name];
        return (
          text !== undefined && (
            <div key={name}>
              <p className="muted">{people.rest[name]}</p>
              <CodeBlock code={typeof text === 'string' ? readable(text) : text.join('\n')} label={people.rest[name]} />
            </div>
          )
        );
      })}
    </div>
  );

  function said(name: string, value: number | undefined, unit: 'ms' | 'bytes'): [string, string][] {
    return value === undefined ? [] : [[name, format.value(value, unit)]];
  }
}

/** JSON over several lines; other text as it is. */
function readable(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
