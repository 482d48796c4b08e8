import { ConfigProvider } from 'antd';
import antEnglish from 'antd/locale/en_US';
import antChinese from 'antd/locale/zh_CN';
import dayjs from 'dayjs';
import 'dayjs/locale/zh-cn';
import {
  createContext,
  type ReactNode,
  use,
  useCallback,
  useLayoutEffect,
  useMemo,
  useState,
  useSyncExternalStore,
} from 'react';
import { type Copy, en } from '../copy/en';
import { zh } from '../copy/zh';
import { PALETTES, type Palette } from './palette';
import {
  chosenLanguage,
  chosenTheme,
  keepPreference,
  type Language,
  readPreference,
  type ThemeChoice,
} from './preference';
import { antTheme } from './theme';

interface Appearance {
  theme: ThemeChoice;
  setTheme(theme: ThemeChoice): void;
  language: Language;
  setLanguage(language: Language): void;
  palette: Palette;
}

const LANGUAGES = {
  en: { copy: en, ant: antEnglish, dayjs: 'en', tag: 'en' },
  zh: { copy: zh, ant: antChinese, dayjs: 'zh-cn', tag: 'zh-CN' },
} as const;

const AppearanceContext = createContext<Appearance | null>(null);

/** Theme and language of everything below: our words, Ant Design's, the calendar's, and the document's attributes. */
export function AppearanceProvider({ children }: { children: ReactNode }) {
  const [theme, setTheme] = useState(() => chosenTheme(readPreference('theme')));
  const [language, setLanguage] = useState(() => chosenLanguage(readPreference('language'), navigator.languages));
  const systemIsDark = useMedia('(prefers-color-scheme: dark)');
  const isCalm = useMedia('(prefers-reduced-motion: reduce)');
  const isDark = theme === 'dark' || (theme === 'system' && systemIsDark);
  const palette = PALETTES[isDark ? 'dark' : 'light'];
  const spoken = LANGUAGES[language];

  useLayoutEffect(() => {
    const root = document.documentElement;
    root.dataset.theme = isDark ? 'dark' : 'light';
    root.lang = spoken.tag;
    for (const [name, colour] of Object.entries(palette)) root.style.setProperty(`--${name}`, colour);
    dayjs.locale(spoken.dayjs);
  }, [isDark, palette, spoken]);

  const appearance: Appearance = {
    theme,
    setTheme: (next) => {
      keepPreference('theme', next);
      setTheme(next);
    },
    language,
    setLanguage: (next) => {
      keepPreference('language', next);
      setLanguage(next);
    },
    palette,
  };
  return (
    <AppearanceContext value={appearance}>
      <ConfigProvider theme={antTheme({ isDark, isCalm })} locale={spoken.ant} button={{ autoInsertSpace: false }}>
        {children}
      </ConfigProvider>
    </AppearanceContext>
  );
}

export function useAppearance(): Appearance {
  const appearance = use(AppearanceContext);
  if (!appearance) throw new Error('useAppearance needs an AppearanceProvider above it');
  return appearance;
}

export const useCopy = (): Copy => LANGUAGES[useAppearance().language].copy;
export const useLocaleTag = (): string => LANGUAGES[useAppearance().language].tag;

/** Whether a media query holds, also when that changes. */
const useMedia = (query: string): boolean => {
  const media = useMemo(() => matchMedia(query), [query]);
  const watch = useCallback(
    (changed: () => void) => {
      media.addEventListener('change', changed);
      return () => media.removeEventListener('change', changed);
    },
    [media],
  );
  return useSyncExternalStore(watch, () => media.matches);
};
