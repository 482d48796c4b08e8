const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-';

/** 16 characters, 96 bits: no two among 10^12 ids, as far as the platform's randomness goes. */
export function randomId(random: () => number): string {
  let id = '';
  for (let i = 0; i < 16; i++) id += ALPHABET[Math.floor(random() * 64)];
  return id;
}
