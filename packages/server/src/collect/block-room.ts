/** Where the batches of a block lie on their way into the store. */
export interface BlockRoom {
  /**
   * Copies values one behind the other until the next would lie beyond `maxBytes`; the first is always taken.
   * What it gives is valid until it is called again.
   */
  lay(values: Iterable<Buffer>, maxBytes: number): Buffer[];
}

/**
 * Memory that is kept from block to block. Thousands of buffers of their own would outlive the collector of young
 * objects, and acknowledgements wait for the one of old objects.
 */
export function createBlockRoom(): BlockRoom {
  let room = Buffer.allocUnsafeSlow(0);

  const makeSureOf = (size: number, used: number) => {
    if (size <= room.length) return;
    const larger = Buffer.allocUnsafeSlow(size * 2);
    room.copy(larger, 0, 0, used);
    room = larger;
  };

  return {
    lay: (values, maxBytes) => {
      const ends: number[] = [];
      let used = 0;
      for (const value of values) {
        const end = used + value.length;
        if (ends.length > 0 && end > maxBytes) break;
        makeSureOf(end, used);
        // LMDB shortens the `length` of a larger buffer, which `copy` does not heed.
        room.set(value.subarray(0, value.length), used);
        ends.push(end);
        used = end;
      }
      return ends.map((end, place) => room.subarray(ends[place - 1] ?? 0, end));
    },
  };
}
