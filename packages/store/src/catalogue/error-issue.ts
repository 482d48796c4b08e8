/**
 * What makes errors one issue: their type, their message with numbers and ids folded, and the topmost frame of their
 * stack that is the app's own. SQL over an event of kind `error`, so that rollups and events say the same, and a better
 * rule reaches old errors too, with their next rollup.
 *
 * Positions are left out of the frame: every build moves them, and an issue lives through many versions.
 */

/** A word that names one thing: long with a digit in it (openids, UUIDs, order numbers with letters), or hexadecimal. */
const isId = `match(word, '[0-9]') AND match(word, '[A-Za-z]') AND (length(word) >= 16 OR match(word, '^[0-9a-fA-F]{8,}$'))`;

/** `order 8731 of o6_bmjrPTlm6_2sgVt7h is gone` → `order :n of :id is gone`. */
const message = `replaceRegexpAll(arrayStringConcat(arrayMap(
  word -> if(${isId}, ':id', replaceRegexpAll(word, '[0-9]+', ':n')),
  extractAll(err_msg, '[0-9A-Za-z_-]+|[^0-9A-Za-z_-]+'))), ':n([.]:n)+', ':n')`;

/** Frames of the base library, of the agent, and of the frameworks' runtimes in the app's own package. */
const FOREIGN = [
  'https?://lib/',
  'WA(Service|SubContext|Game|Worklet)[A-Za-z]*[.]js',
  'minilens-mp-agent',
  '[(@ ]<anonymous>',
  '(^|[/(@ ])(common/vendor|common/runtime|vendors|vendor|taro|runtime)[.]js:',
].join('|');

/** `at Page.onLoad (https://usr/pages/a/a.js:20:7)` and `onLoad@https://usr/pages/a/a.js:20:7`: function and file. The devtools mark files as mapped, `[sm]`. */
const FRAME =
  '^[ \\t]*(?:at )?(?:async |new )*(?:([^(@]*?)(?: [(]|@))?(?:[a-z]+://[^/()]+/(?:appservice/)?)?([^()@ \\t?]+?)(?:[?]? [[]sm])?(?::[0-9]+){1,2}[)]?[ \\t\\r]*$';

const ownLines = `arrayFilter(line -> match(line, '${FRAME}') AND NOT match(line, '${FOREIGN}'), splitByChar('\\n', stack))`;

/** `pages/a/a.js Page.onLoad`; empty where no frame is the app's own. */
const frame = `leftUTF8(trimBoth(arrayStringConcat(arrayReverse(extractGroups(${ownLines}[1], '${FRAME}')), ' ')), 256)`;

/** A pattern of LIKE which every message passes that is folded to this one. */
export const unfolded = (folded: string): string => folded.replace(/[\\%_]/g, '\\$&').replace(/:(n|id)/g, '%');

/** Columns of an error's issue, each with its expression, in the order they depend on each other. */
export const ISSUE = `name AS error, ${message} AS message, ${frame} AS frame,
    lower(hex(sipHash64(error, message, frame))) AS issue`;
