import type { InterfaceDetail } from '@minilens/wire/report-api';
import { useCopy } from '../../appearance/appearance';
import { DataTable } from '../../panels/data-table';
import { Notice } from '../../panels/notice';
import { OutcomeMark } from '../../panels/outcome-mark';
import { Panel } from '../../panels/panel';
import { useFormat } from '../../panels/use-format';

type MessageRow = InterfaceDetail['messages'][number];

/** What WeChat said of the calls that did not succeed. */
export function MessageTable({ messages }: { messages: MessageRow[] }) {
  const { detail, metric } = useCopy();
  const format = useFormat();
  return (
    <Panel title={detail.messages} hint={detail.messagesHint}>
      {messages.length === 0 ? (
        <Notice title={detail.noMessages} />
      ) : (
        <DataTable<MessageRow>
          label={detail.messages}
          rows={messages}
          rowKey={({ outcome, errMsg }) => `${outcome} ${errMsg}`}
          columns={[
            {
              key: 'message',
              title: detail.message,
              cell: ({ errMsg }) =>
                errMsg ? (
                  <span className="mono message">{errMsg}</span>
                ) : (
                  <span className="muted">{detail.noMessage}</span>
                ),
            },
            { key: 'outcome', title: detail.outcome, cell: ({ outcome }) => <OutcomeMark outcome={outcome} /> },
            { key: 'calls', title: metric.calls, isNumber: true, cell: ({ calls }) => format.count(calls) },
            { key: 'users', title: detail.users, isNumber: true, cell: ({ users }) => format.count(users) },
            { key: 'first', title: detail.firstSeen, isNumber: true, cell: ({ firstAt }) => format.moment(firstAt) },
            { key: 'last', title: detail.lastSeen, isNumber: true, cell: ({ lastAt }) => format.moment(lastAt) },
          ]}
        />
      )}
    </Panel>
  );
}
