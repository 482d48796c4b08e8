import type { PushFields } from '@minilens/wechat/push/document';

/** To whom: `account` is the Mini Program or official account, `component` a service provider. */
export interface PushAddresses {
  account: string;
  component?: string;
}

const EVENTS = ['subscribe', 'unsubscribe', 'CLICK', 'VIEW', 'user_enter_tempsession', 'LOCATION'] as const;

const TEXTS = ['你好', 'Hello', '订单 2026112200017 到哪了？', 'a < b && c > d', ']]> 😀', '<b>1</b>', '42'];

/**
 * The messages that users and the platform send, one after another, of all types and without end. The same random
 * numbers make the same messages. A provider's events are among them where there is a provider.
 */
export function createPushMessages({ account, component }: PushAddresses, random: () => number) {
  const pick = <T>(values: readonly T[]) => values[Math.floor(random() * values.length)] as T;
  const digits = (length: number) => Array.from({ length }, () => Math.floor(random() * 10)).join('');
  const letters = (length: number) =>
    Array.from({ length }, () => pick([...'abcdefghijkmnopqrstuvwxyzABCDEFGH_-'])).join('');
  const openids = Array.from({ length: 50 }, () => `o${letters(27)}`);
  const media = () => letters(64);

  const ofUser: { [msgType: string]: () => PushFields } = {
    text: () => ({ Content: pick(TEXTS) }),
    image: () => ({ PicUrl: `http://mmbiz.example/${letters(20)}/0`, MediaId: media() }),
    voice: () => ({ MediaId: media(), Format: 'amr', Recognition: pick(TEXTS) }),
    video: () => ({ MediaId: media(), ThumbMediaId: media() }),
    shortvideo: () => ({ MediaId: media(), ThumbMediaId: media() }),
    location: () => ({ Location_X: 23.134521, Location_Y: 113.358803, Scale: 20, Label: '广州市' }),
    link: () => ({ Title: pick(TEXTS), Description: pick(TEXTS), Url: 'https://shop.example/?a=1&b=2' }),
    miniprogrampage: () => ({
      Title: pick(TEXTS),
      AppId: 'wx0123456789abcdef',
      PagePath: 'pages/index/index?from=card',
      ThumbUrl: `http://mmbiz.example/${letters(20)}/0`,
      ThumbMediaId: media(),
    }),
  };

  /** @param createTime Unit: s since the Unix epoch. */
  return (createTime: number): PushFields => {
    if (component !== undefined && random() < 0.1)
      return {
        AppId: component,
        CreateTime: createTime,
        InfoType: pick(['authorized', 'unauthorized', 'updateauthorized']),
        AuthorizerAppid: `wx${digits(16)}`,
      };
    const from = { ToUserName: account, FromUserName: pick(openids), CreateTime: createTime };
    if (random() < 0.4) return { ...from, MsgType: 'event', Event: pick(EVENTS), EventKey: '' };
    const MsgType = pick(Object.keys(ofUser));
    // Of 64 bits, so that half of them are beyond what a double holds.
    return { ...from, MsgType, ...ofUser[MsgType]?.(), MsgId: `${pick(['1', '72'])}${digits(16)}` };
  };
}
