import { createHash } from 'node:crypto';
import { messageKey } from '@minilens/wechat/push/message';
import type { OpenedPush } from '@minilens/wechat/push/open-push';
import type { DeliveryReport } from './delivery.js';

type MessageName = Pick<DeliveryReport, 'messageKey' | 'msgType' | 'event'>;

/** What a report calls a message that was read. What a service provider is told counts as an event, by its InfoType. */
export function nameMessage({ message, fields }: OpenedPush): MessageName {
  const key = messageKey(fields);
  if (message.kind === 'component') return { messageKey: key, msgType: 'event', event: message.InfoType };
  return {
    messageKey: key,
    msgType: message.MsgType,
    ...(message.kind === 'event' && message.Event !== '' && { event: message.Event }),
  };
}

/** What a report calls one that could not be read. Its attempts are linked where all of them have the same bytes. */
export const nameUnread = (body: Buffer): MessageName => ({
  messageKey: createHash('sha256').update(body).digest('hex').slice(0, 32),
  msgType: 'unread',
});
