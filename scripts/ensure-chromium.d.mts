/** The Chromium that browser tests drive, or `undefined`. MINILENS_CHROMIUM wins over what is installed. */
export function findChromium(env?: NodeJS.ProcessEnv): string | undefined;
/** Argument of a Chromium that opens one screen after the other, none of which is worth optimising. */
export const NEVER_OPTIMISE: string;
