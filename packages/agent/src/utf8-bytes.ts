/**
 * Bytes that a text takes in UTF-8, or a few more: two-byte characters count three, and a pair of surrogates six instead
 * of four. Enough to stay under a limit, and Mini Program runtimes have no TextEncoder.
 */
export function bytesAtMost(text: string): number {
  return text.replace(/[^\0-~]/g, '...').length;
}
