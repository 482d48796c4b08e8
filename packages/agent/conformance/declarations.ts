/** One member of an interface that is written as a method. */
export interface Method {
  name: string;
  /** Text between its parentheses. */
  parameters: string;
  /** Text between its angle brackets; empty when it has none. */
  generics: string;
  returns: string;
}

export interface Declarations {
  /** The methods of every interface of this name, overloads one by one. */
  methods(name: string): Method[];
  /** Names of all properties that a value of this type has, as far as these declarations say. */
  properties(type: string): Set<string>;
}

/** What the texts of declaration files say about interfaces and type aliases, without a compiler. */
export function readDeclarations(texts: string[]): Declarations {
  const interfaces = new Map<string, { body: string; parents: string[] }[]>();
  const aliases = new Map<string, string>();
  for (const text of texts.map(withoutComments)) {
    for (const found of text.matchAll(/\binterface\s+(\w+)/g)) {
      const open = bodyStart(text, found.index + found[0].length);
      const head = text.slice(found.index + found[0].length, open);
      const known = interfaces.get(found[1] as string) ?? [];
      known.push({
        body: text.slice(open + 1, closing(text, open)),
        parents: splitTop(head.split(/\bextends\b(?![^<]*>)/)[1] ?? '', ','),
      });
      interfaces.set(found[1] as string, known);
    }
    for (const found of text.matchAll(/\btype\s+(\w+)\s*(?:<[^=]*?>)?\s*=/g)) {
      const start = found.index + found[0].length;
      aliases.set(found[1] as string, text.slice(start, endOfType(text, start)));
    }
  }

  function properties(type: string, seen = new Set<string>()): Set<string> {
    const found = new Set<string>();
    const add = (names: Iterable<string>) => {
      for (const name of names) found.add(name);
    };
    for (const part of splitTop(type, '&')) {
      if (part.startsWith('{')) add(membersOf(part.slice(1, closing(part, 0))));
      const [, name = ''] = /^(?:\w+\.)*(\w+)/.exec(part) ?? [];
      if (seen.has(name)) continue;
      seen.add(name);
      for (const { body, parents } of interfaces.get(name) ?? []) {
        add(membersOf(body));
        for (const parent of parents) add(properties(parent, seen));
      }
      const alias = aliases.get(name);
      if (alias) add(properties(alias, seen));
    }
    return found;
  }

  return {
    methods: (name) => (interfaces.get(name) ?? []).flatMap(({ body }) => methodsOf(body)),
    properties: (type) => properties(type.trim()),
  };
}

/** Texts of literal types stay, because a slash in one begins no comment. */
function withoutComments(text: string): string {
  return text.replace(
    /('[^'\n]*'|"[^"\n]*"|`[^`\n]*`)|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g,
    (_all, literal) => literal ?? ' ',
  );
}

const QUOTES = `'"\``;
const CLOSES: Record<string, string> = { '{': '}', '(': ')', '[': ']', '<': '>' };

/** Index of the bracket that closes the one at `open`. */
function closing(text: string, open: number): number {
  const waiting: string[] = [];
  for (let i = open; i < text.length; i++) {
    const char = text[i] as string;
    if (QUOTES.includes(char)) i = text.indexOf(char, i + 1);
    else if (CLOSES[char]) waiting.push(CLOSES[char]);
    else if (char === waiting.at(-1) && !(char === '>' && text[i - 1] === '=')) {
      waiting.pop();
      if (waiting.length === 0) return i;
    }
  }
  throw new Error(`Nothing closes: ${text.slice(open, open + 80)}`);
}

/** The `{` of an interface: generics before it may hold braces of their own. */
function bodyStart(text: string, from: number): number {
  let i = from;
  while (text[i] !== '{') i = text[i] === '<' ? closing(text, i) + 1 : i + 1;
  return i;
}

/** A type goes on over lines while its brackets are open or an operator stands at a line's end or beginning. */
function endOfType(text: string, start: number): number {
  for (let i = start; i < text.length; i++) {
    const char = text[i] as string;
    if (QUOTES.includes(char)) i = text.indexOf(char, i + 1);
    else if (CLOSES[char]) i = closing(text, i);
    else if (char === ';' || char === '}') return i;
    else if (char === '\n') {
      const before = text.slice(start, i).trimEnd();
      if (before.trim() && !/(=>|[|&?:=])$/.test(before) && !/^\s*[|&?:]/.test(text.slice(i))) return i;
    }
  }
  return text.length;
}

function splitTop(text: string, separator: string): string[] {
  const parts: string[] = [];
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text[i] as string;
    if (char === separator) {
      parts.push(text.slice(start, i));
      start = i + 1;
    } else if (CLOSES[char]) i = closing(text, i);
  }
  parts.push(text.slice(start));
  return parts.map((part) => part.trim()).filter((part) => part);
}

/** The members of an interface one by one: each begins at a name and ends where its type does. */
function members(body: string): { name: string; rest: string }[] {
  const found: { name: string; rest: string }[] = [];
  let at = 0;
  while (at < body.length) {
    const next = /^[\s;,]*(?:readonly\s+)?(?:(\w+|'[^']*'|"[^"]*")\s*\??)?/.exec(body.slice(at));
    const start = at + (next?.[0].length ?? 0);
    const end = Math.max(endOfMember(body, start), start + 1);
    if (next?.[1]) found.push({ name: next[1].replace(/['"]/g, ''), rest: body.slice(start, end).trim() });
    at = end;
  }
  return found;
}

/** A method's result and a property's type may both begin on the next line, after what came before is closed. */
function endOfMember(body: string, start: number): number {
  let at = start;
  for (;;) {
    while (/\s/.test(body[at] ?? '')) at++;
    const char = body[at] ?? '';
    if (char !== '(' && char !== '<' && char !== '[') break;
    at = closing(body, at) + 1;
  }
  return body[at] === ':' ? endOfType(body, at + 1) : at;
}

function membersOf(body: string): string[] {
  return members(body).map(({ name }) => name);
}

function methodsOf(body: string): Method[] {
  const found: Method[] = [];
  for (const { name, rest } of members(body)) {
    const method = rest.startsWith(':') ? asFunctionType(rest.slice(1).trim()) : rest;
    const open = method?.startsWith('<') ? method.indexOf('(', closing(method, 0)) : method?.indexOf('(');
    if (method === undefined || open === undefined || !/^[<(]/.test(method)) continue;
    const close = closing(method, open);
    found.push({
      name,
      generics: method.slice(0, open).trim().slice(1, -1),
      parameters: method.slice(open + 1, close),
      returns: method.slice(close + 1).replace(/^\s*(:|=>)\s*/, ''),
    });
  }
  return found;
}

/** A property that holds a function: `name: (option: Option) => void`. */
function asFunctionType(type: string): string | undefined {
  return /^[<(]/.test(type) && type.includes('=>') ? type : undefined;
}

/** Type of the first parameter, its type parameter resolved to what that extends. */
export function firstParameterType({ parameters, generics }: Method): string {
  const [first = ''] = splitTop(parameters, ',');
  const type = first.replace(/^\w+\s*\??\s*:/, '').trim();
  const bound = splitTop(generics, ',').find((parameter) => new RegExp(`^${type}\\s+extends\\b`).test(parameter));
  return bound ? (splitTop(bound.replace(/^\w+\s+extends\s+/, ''), '=')[0] as string) : type;
}
