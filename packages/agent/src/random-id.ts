import { random } from './host.js';

/** Always eight digits: the upper half of what they can say, so about one bit less than that. */
function eightDigits(base: number): string {
  return Math.floor(((1 + random()) / 2) * base ** 8).toString(base);
}

/** 16 characters, 80 bits: no two among 10^9 ids, as far as the platform's randomness goes. */
export function randomId(): string {
  return eightDigits(36) + eightDigits(36);
}

/** 32 hexadecimal digits. */
export function randomTrace(): string {
  return [16, 16, 16, 16].map(eightDigits).join('');
}
