import { StoreRestoring } from '@minilens/store/store-away';
import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino';

/** Causes of an error that are followed. */
const MAX_DEPTH = 5;

/**
 * The server's log: JSON lines that say what happened to which route or job, and nothing of whom it concerned. No line
 * holds an id of a user, an address, a body, a query, a token, or a word of an event.
 */
export const createLog = (level: string, destination?: DestinationStream): Logger =>
  pino({ ...WITHOUT_PERSONS, level }, destination ?? pino.destination(1));

/** Fastify's own lines go through the same serializers: those of its instance yield to the logger's. */
const WITHOUT_PERSONS: LoggerOptions = {
  base: { pid: process.pid },
  serializers: {
    err: describeError,
    req: (request: { method?: string; routeOptions?: { url?: string } }) => ({
      method: request.method,
      route: request.routeOptions?.url,
    }),
    res: (reply: { statusCode?: number }) => ({ statusCode: reply.statusCode }),
  },
  hooks: {
    logMethod(args, method) {
      method.apply(this, withoutQuotes(args as unknown[]) as Parameters<typeof method>);
    },
  },
};

/** What is safe to write down of an error. */
export interface DescribedError {
  /** Its class. */
  name: string;
  code?: string;
  /** The event store's word for it, such as MEMORY_LIMIT_EXCEEDED. */
  type?: string;
  /** Only where no data can be in it. */
  message?: string;
  /** Where it was thrown, without the message that a stack begins with. */
  stack?: string[];
  cause?: DescribedError;
}

/**
 * The event store quotes the row it could not read, a parser the text, a database the value: so messages stay out, but
 * those of the operating system, and one of ours that says what to do. Class, code and place say what happened.
 */
export function describeError(error: unknown, depth = 0): DescribedError {
  if (!(error instanceof Error)) return { name: typeof error };
  const { code, type, syscall } = error as { code?: unknown; type?: unknown; syscall?: unknown };
  return {
    name: word(error.name) ?? 'Error',
    ...(word(code) !== undefined && { code: word(code) as string }),
    ...(word(type) !== undefined && { type: word(type) as string }),
    ...((typeof syscall === 'string' || error instanceof StoreRestoring) && { message: error.message }),
    stack: framesOf(error),
    ...(error.cause !== undefined && depth < MAX_DEPTH && { cause: describeError(error.cause, depth + 1) }),
  };
}

/** One word or number as programs name things; nothing where it is more than that. */
const word = (value: unknown): string | undefined =>
  (typeof value === 'string' || typeof value === 'number') && /^[A-Za-z0-9_.-]{1,64}$/.test(String(value))
    ? String(value)
    : undefined;

/** A message may hold lines that look like frames: it is cut off as a whole, and a stack without it is not believed. */
function framesOf({ stack = '', message }: Error): string[] {
  const start = stack.indexOf(message);
  return start === -1
    ? []
    : stack
        .slice(start + message.length)
        .split('\n')
        .flatMap((line) => /^\s+at (.*)$/.exec(line)?.[1] ?? []);
}

/** A logged error lends its message to the line where none is given, and Fastify names addresses with their queries. */
function withoutQuotes([first, message, ...rest]: unknown[]): unknown[] {
  if (typeof first === 'string') return [withoutQuery(first), message, ...rest];
  const isError = first instanceof Error;
  const error = isError ? first : (first as { err?: unknown } | undefined)?.err;
  const isQuoted = error instanceof Error && (message === undefined || message === error.message);
  const said = isQuoted ? 'An error' : typeof message === 'string' ? withoutQuery(message) : message;
  return [isError ? { err: error } : first, said, ...rest];
}

const withoutQuery = (text: string) => text.replace(/\?[^\s"]*/g, '?…');
