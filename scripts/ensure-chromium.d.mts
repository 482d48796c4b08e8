/** The Chromium that browser tests drive, or `undefined`. MINILENS_CHROMIUM wins over what is installed. */
export function findChromium(env?: NodeJS.ProcessEnv): string | undefined;
