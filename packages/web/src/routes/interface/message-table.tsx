import type { InterfaceDetail } from '@minilens/wire/report-api';
import { useCopy } from '../../appearance/appearance';
import { Notice } from '../../panels/notice';
import { OutcomeMark } from '../../panels/outcome-mark';
import { TablePanel } from '../../panels/table-panel';
import { useFormat } from '../../panels/use-format';
import { useMetrics } from '../../panels/use-metrics';

type MessageRow = InterfaceDetail['messages'][number];

/** What WeChat said of the calls that did not succeed. */
export function MessageTable({ messages }: { messages: MessageRow[] }) {
  const { detail, metric, outcome: words } = useCopy();
  const format = useFormat();
  const metrics = useMetrics();
  const meant = (name: string) => {
    const { meaning } = metrics(name);
    return meaning === undefined ? {} : { meaning };
  };
  const first = ({ firstAt }: MessageRow) => format.moment(firstAt);
  const last = ({ lastAt }: MessageRow) => format.moment(lastAt);
  return (
    <TablePanel<MessageRow>
      title={detail.messages}
      hint={detail.messagesHint}
      rows={messages}
      rowKey={({ outcome, errMsg }) => `${outcome} ${errMsg}`}
      columns={[
        {
          key: 'message',
          title: detail.message,
          cell: ({ errMsg }) =>
            errMsg ? <span className="mono message">{errMsg}</span> : <span className="muted">{detail.noMessage}</span>,
          saved: ({ errMsg }) => errMsg,
        },
        {
          key: 'outcome',
          title: detail.outcome,
          cell: ({ outcome }) => <OutcomeMark outcome={outcome} />,
          saved: ({ outcome }) => words[outcome],
        },
        {
          key: 'calls',
          title: metric.calls,
          ...meant('callMessages'),
          isNumber: true,
          cell: ({ calls }) => format.count(calls),
          saved: ({ calls }) => calls,
        },
        {
          key: 'users',
          title: detail.users,
          ...meant('messageUsers'),
          isNumber: true,
          cell: ({ users }) => format.count(users),
          saved: ({ users }) => users,
        },
        {
          key: 'first',
          title: detail.firstSeen,
          ...meant('messageFirstAt'),
          isNumber: true,
          cell: first,
          saved: first,
        },
        { key: 'last', title: detail.lastSeen, ...meant('messageLastAt'), isNumber: true, cell: last, saved: last },
      ]}
      empty={<Notice title={detail.noMessages} />}
    />
  );
}
