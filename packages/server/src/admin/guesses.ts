/** Guesses at a password, a code or a link from one address: beside what sign-in.ts slows down. */
export const GUESSES = { max: 10, timeWindow: '1 minute' };
