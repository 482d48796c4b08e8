import { randomBytes } from 'node:crypto';
import { TICKET_RECEIPT } from '@minilens/wechat/component';
import { sealPush } from '@minilens/wechat/push/seal-push';
import type { Logger } from 'pino';
import type { Components } from './components.js';

/** How long the receiver may take to answer, as with the platform. Unit: ms. */
const TIMEOUT_MS = 5_000;

/** Read of what a receiver answers; a longer answer is none. Unit: bytes. Source: our choice. */
const ANSWER_BYTES = 1_024;

/** What happened, as the receiver reads it: `InfoType` and what belongs to it. */
export interface ComponentEvent {
  InfoType: 'component_verify_ticket' | 'authorized' | 'updateauthorized' | 'unauthorized';
  [field: string]: string | number;
}

export interface EventPusher {
  /** Tells a component that has a receiver. Never fails: what its receiver did not take is logged. */
  push(component: string, event: ComponentEvent): Promise<void>;
  /** Whoever asks while one is on its way waits for that one. */
  pushTicket(component: string): Promise<void>;
  /** Pushes the tickets of all components that have a receiver. */
  pushTickets(): Promise<void>;
}

/** Pushes to providers' own servers as the platform does: XML, encrypted and signed. */
export function createEventPusher(components: Components, log: Logger, now: () => number): EventPusher {
  const pushing = new Map<string, Promise<void>>();

  async function send(component: string, url: string, event: ComponentEvent): Promise<void> {
    const timestamp = Math.floor(now() / 1000);
    const { query, body } = sealPush(
      { AppId: component, CreateTime: timestamp, ...event },
      {
        ...(await components.eventKeys(component)),
        appid: component,
        mode: 'safe',
        format: 'xml',
        timestamp,
        nonce: String(randomBytes(4).readUInt32BE()),
        random: Buffer.from(randomBytes(8).toString('hex')),
      },
    );
    const target = new URL(url);
    for (const [name, value] of Object.entries(query)) target.searchParams.set(name, value);
    const response = await fetch(target, {
      method: 'POST',
      headers: { 'content-type': 'text/xml' },
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const answer = (await readStart(response)).trim();
    if (response.status !== 200 || answer !== TICKET_RECEIPT)
      throw new Error(`It answered ${response.status} ${JSON.stringify(answer.slice(0, 64))}, not 200 "success"`);
  }

  const push: EventPusher['push'] = async (component, event) => {
    try {
      const { eventUrl } = await components.find(component);
      if (eventUrl !== null) await send(component, eventUrl, event);
    } catch (err) {
      log.warn({ err, component, event: event.InfoType }, 'A service provider did not take an event');
    }
  };
  const pushTicketNow = async (component: string) => {
    try {
      const { ticket } = await components.ticket(component);
      await push(component, { InfoType: 'component_verify_ticket', ComponentVerifyTicket: ticket });
    } catch (err) {
      log.warn({ err, component }, 'A service provider got no ticket');
    }
  };

  const pushTicket: EventPusher['pushTicket'] = (component) => {
    const running = pushing.get(component) ?? pushTicketNow(component).finally(() => pushing.delete(component));
    pushing.set(component, running);
    return running;
  };

  return {
    push,
    pushTicket,
    pushTickets: async () => {
      const all = await components.list();
      await Promise.all(all.filter(({ eventUrl }) => eventUrl !== null).map(({ appid }) => pushTicket(appid)));
    },
  };
}

/** The beginning of an answer: a receiver that goes on and on costs no memory. */
async function readStart({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > ANSWER_BYTES) break; // which ends the connection
  }
  return Buffer.concat(chunks).toString();
}
