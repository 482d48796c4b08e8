import { createContext, type ReactNode, use, useLayoutEffect, useState } from 'react';
import type { Copy } from '../copy/en';
import { PALETTES, type Palette } from './palette';
import { chosenTheme, keepPreference, type Language, readPreference, type ThemeChoice } from './preference';
import { loadLanguage, type Spoken } from './spoken';
import { useMedia } from './use-media';

interface Appearance {
  theme: ThemeChoice;
  setTheme(theme: ThemeChoice): void;
  spoken: Spoken;
  setLanguage(language: Language): void;
  isDark: boolean;
  palette: Palette;
}

const AppearanceContext = createContext<Appearance | null>(null);

/** Theme and language of everything below, and the document's attributes. */
export function AppearanceProvider({ language, children }: { language: Spoken; children: ReactNode }) {
  const [theme, setTheme] = useState(() => chosenTheme(readPreference('theme')));
  const [spoken, setSpoken] = useState(language);
  const systemIsDark = useMedia('(prefers-color-scheme: dark)');
  const isDark = theme === 'dark' || (theme === 'system' && systemIsDark);
  const palette = PALETTES[isDark ? 'dark' : 'light'];

  useLayoutEffect(() => {
    const root = document.documentElement;
    root.dataset.theme = isDark ? 'dark' : 'light';
    root.lang = spoken.tag;
    for (const [name, colour] of Object.entries(palette)) root.style.setProperty(`--${name}`, colour);
  }, [isDark, palette, spoken]);

  const appearance: Appearance = {
    theme,
    setTheme: (next) => {
      keepPreference('theme', next);
      setTheme(next);
    },
    spoken,
    setLanguage: (next) => {
      keepPreference('language', next);
      // A file that is gone has another name since an update: a new page knows it, and the choice is kept.
      void loadLanguage(next).then(setSpoken, () => location.reload());
    },
    isDark,
    palette,
  };
  return <AppearanceContext value={appearance}>{children}</AppearanceContext>;
}

export function useAppearance(): Appearance {
  const appearance = use(AppearanceContext);
  if (!appearance) throw new Error('useAppearance needs an AppearanceProvider above it');
  return appearance;
}

export const useCopy = (): Copy => useAppearance().spoken.copy;
export const useLocaleTag = (): string => useAppearance().spoken.tag;
