export type ThemeChoice = 'system' | 'light' | 'dark';
export type Language = 'zh' | 'en';

const isTheme = (value: unknown): value is ThemeChoice => value === 'system' || value === 'light' || value === 'dark';
const isLanguage = (value: unknown): value is Language => value === 'zh' || value === 'en';

export const chosenTheme = (stored: string | null): ThemeChoice => (isTheme(stored) ? stored : 'system');

/** What the reader chose here, else the first of the browser's languages that we speak, else English. */
export function chosenLanguage(stored: string | null, browserLanguages: readonly string[]): Language {
  if (isLanguage(stored)) return stored;
  const spoken = browserLanguages.map((tag) => tag.toLowerCase().split('-')[0]).find(isLanguage);
  return spoken ?? 'en';
}

/** Storage may be forbidden by the browser: then a choice lasts as long as the page. */
export function readPreference(name: string): string | null {
  try {
    return localStorage.getItem(`minilens.${name}`);
  } catch {
    return null;
  }
}

export function keepPreference(name: string, value: string): void {
  try {
    localStorage.setItem(`minilens.${name}`, value);
  } catch {}
}
