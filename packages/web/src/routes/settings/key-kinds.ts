import type { KeyKind, WechatKeys } from '@minilens/wire/wechat-keys';

/** As in the contract, whose schemas the browser does not load. */
export const KEY_KINDS = ['symmetric', 'developer', 'platform'] as const satisfies KeyKind[];

/** What signed calls cannot do without, and is not there. */
export const missingKinds = (keys: WechatKeys['keys']): KeyKind[] =>
  KEY_KINDS.filter((kind) => !keys.some((key) => key.kind === kind));
