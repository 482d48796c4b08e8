/** A body as it passes by, kept while it is short enough. */
export interface KeptBody {
  add(chunk: Buffer): void;
  /** Bytes that passed. */
  length(): number;
  /** Undefined when it was longer than is kept. */
  whole(): Buffer | undefined;
}

export function keepBody(keptBytes: number): KeptBody {
  let chunks: Buffer[] = [];
  let length = 0;
  return {
    add: (chunk) => {
      length += chunk.length;
      if (length <= keptBytes) chunks.push(chunk);
      else chunks = [];
    },
    length: () => length,
    whole: () => (length <= keptBytes ? Buffer.concat(chunks) : undefined),
  };
}
