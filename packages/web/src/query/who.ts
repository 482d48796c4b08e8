/** Ids of users are no longer. */
const USER_LENGTH = 32;

/** WeChat's openids and unionids begin with an o and have 28 characters; an app may call its users otherwise. */
export const isLikelyOpenid = (who: string): boolean => /^o[\w-]{27}$/.test(who);

export const couldBeUser = (who: string): boolean => who.length <= USER_LENGTH;
