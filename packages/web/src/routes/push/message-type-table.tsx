import type { PushReport } from '@minilens/wire/push-report';
import { useCopy } from '../../appearance/appearance';
import { TablePanel } from '../../panels/table-panel';
import { DeliveriesLink } from './deliveries-link';
import { MessageName, messageName } from './message-name';
import { PART_FIGURES } from './push-figures';
import { usePushColumns } from './use-push-columns';

type MessageRow = PushReport['messages'][number];

/** Which messages are slow or fail? */
export function MessageTypeTable({ messages }: { messages: MessageRow[] }) {
  const { push } = useCopy();
  const figures = usePushColumns<MessageRow>(PART_FIGURES);
  return (
    <TablePanel
      title={push.messages}
      hint={push.messagesHint}
      rows={messages}
      rowKey={({ msgType, event }) => messageName(msgType, event)}
      columns={[
        {
          key: 'message',
          title: push.message,
          cell: ({ msgType, event }) => {
            const name = <MessageName msgType={msgType} event={event} />;
            if (!msgType) return name;
            return (
              <DeliveriesLink
                only={{ msgType, event: event || undefined }}
                hint={push.onlyKind(messageName(msgType, event))}
              >
                {name}
              </DeliveriesLink>
            );
          },
          saved: ({ msgType, event }) => messageName(msgType, event),
        },
        ...figures,
      ]}
    />
  );
}
