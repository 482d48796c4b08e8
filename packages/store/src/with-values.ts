/**
 * Puts values into a statement's text, each as the one literal of the type that its placeholder `{name:Type}` names.
 *
 * @param values integers as numbers or digits, texts, and lists of either. Names without a placeholder do not count.
 * @throws TypeError where a value is missing or is none of its type: no text becomes anything but a literal.
 */
export const withValues = (statement: string, values: Readonly<Record<string, unknown>> = {}): string =>
  statement.replace(/\{(\w+):([A-Za-z0-9]+)(?:\(([A-Za-z0-9]+)\))?\}/g, (_placeholder, name: string, type, of) => {
    try {
      return literal(values[name], type, of);
    } catch (cause) {
      throw new TypeError(`The value of ${name}: ${(cause as Error).message}`, { cause });
    }
  });

function literal(value: unknown, type: string, of: string | undefined): string {
  if (of === undefined) {
    const one = single(value, type);
    // Behind a minus sign another one would begin a comment.
    return one.startsWith('-') ? `(${one})` : one;
  }
  if (type !== 'Array' || !Array.isArray(value)) throw new TypeError(`${typeof value} is not ${type}(${of})`);
  // An empty list has no type of its own.
  if (value.length === 0) return `CAST([], 'Array(${of})')`;
  return `[${value.map((one) => single(one, of)).join(',')}]`;
}

function single(value: unknown, type: string): string {
  if (type === 'String' && typeof value === 'string') return `'${value.replace(/[\\'\0]/g, escaped)}'`;
  const isInteger = (type.startsWith('U') ? /^\d{1,20}$/ : /^-?\d{1,20}$/).test(String(value));
  if (/^U?Int(8|16|32|64)$/.test(type) && isInteger && typeof value !== 'object') return String(value);
  throw new TypeError(`${typeof value} is not ${type}`);
}

const escaped = (character: string) => (character === '\0' ? '\\0' : `\\${character}`);
