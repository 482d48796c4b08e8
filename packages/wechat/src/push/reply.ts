import type { PushFields } from './document.js';

/** Whom a message was for and whom it was from. */
interface Addresses {
  ToUserName: string;
  FromUserName: string;
}

export interface Article {
  title: string;
  description: string;
  picUrl: string;
  url: string;
}

export type Replies = ReturnType<typeof replyTo>;

/**
 * The passive replies to a message, each as the fields of one: `replyTo(message, createTime).text('Hello')`. A media id
 * is one of material that was uploaded to WeChat.
 *
 * @param createTime Unit: s since the Unix epoch.
 */
export function replyTo({ ToUserName, FromUserName }: Addresses, createTime: number) {
  const reply = (MsgType: string, rest: PushFields = {}): PushFields => ({
    ToUserName: FromUserName,
    FromUserName: ToUserName,
    CreateTime: createTime,
    MsgType,
    ...rest,
  });
  return {
    text: (content: string) => reply('text', { Content: content }),
    image: (mediaId: string) => reply('image', { Image: { MediaId: mediaId } }),
    voice: (mediaId: string) => reply('voice', { Voice: { MediaId: mediaId } }),
    video: (mediaId: string, { title = '', description = '' } = {}) =>
      reply('video', { Video: { MediaId: mediaId, Title: title, Description: description } }),
    music: (music: { title?: string; description?: string; url: string; hqUrl?: string; thumbMediaId: string }) =>
      reply('music', {
        Music: {
          Title: music.title ?? '',
          Description: music.description ?? '',
          MusicUrl: music.url,
          HQMusicUrl: music.hqUrl ?? music.url,
          ThumbMediaId: music.thumbMediaId,
        },
      }),
    news: (articles: readonly Article[]) =>
      reply('news', {
        ArticleCount: articles.length,
        Articles: {
          item: articles.map(({ title, description, picUrl, url }) => ({
            Title: title,
            Description: description,
            PicUrl: picUrl,
            Url: url,
          })),
        },
      }),
    /** Hands the user over to customer service: to this account of it, or to whoever is there. */
    transferCustomerService: (kfAccount?: string) =>
      reply('transfer_customer_service', kfAccount === undefined ? {} : { TransInfo: { KfAccount: kfAccount } }),
  };
}
