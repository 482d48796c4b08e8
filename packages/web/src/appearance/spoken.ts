import type { Copy } from '../copy/en';
import type { Language } from './preference';

/** A language as the screens speak it: our words, and its tag. */
export interface Spoken {
  language: Language;
  copy: Copy;
  tag: string;
}

/** Loads only the language that is in use: words are a large part of a first visit. */
export const loadLanguage = (language: Language): Promise<Spoken> => LOADERS[language]();

const LOADERS: Record<Language, () => Promise<Spoken>> = {
  en: async () => (await import('./english')).english,
  zh: async () => (await import('./chinese')).chinese,
};
