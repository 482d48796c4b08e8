/** The Chromium that browser tests drive, or `undefined`. MINILENS_CHROMIUM wins over what is installed. */
export function findChromium(env?: NodeJS.ProcessEnv): string | undefined;
/** Argument of a Chromium that opens one screen after the other, which never compiles their code. */
export const INTERPRET_ONLY: string;
