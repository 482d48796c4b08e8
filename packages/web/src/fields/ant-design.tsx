import { ConfigProvider } from 'antd';
import en from 'antd/locale/en_US';
import zh from 'antd/locale/zh_CN';
import dayjs from 'dayjs';
import 'dayjs/locale/zh-cn';
import { type ReactNode, useLayoutEffect } from 'react';
import { useAppearance } from '../appearance/appearance';
import { useMedia } from '../appearance/use-media';
import { antTheme } from './ant-theme';

const LOCALES = { en: { ant: en, dayjs: 'en' }, zh: { ant: zh, dayjs: 'zh-cn' } };

/** What opens from a popup would lie below it anywhere else. */
const placeOfPopups = (opener?: HTMLElement) => opener?.closest<HTMLElement>('[popover]') ?? document.body;

/**
 * Around whatever is made of Ant Design: its fields and pickers in our colours and the reader's language. They come with
 * the screens that have them, since a first sight of figures should not wait for them and for the styles they compute.
 */
export function AntDesign({ children }: { children: ReactNode }) {
  const { isDark, spoken } = useAppearance();
  const isCalm = useMedia('(prefers-reduced-motion: reduce)');
  const locale = LOCALES[spoken.language];
  useLayoutEffect(() => {
    dayjs.locale(locale.dayjs);
  }, [locale]);
  return (
    <ConfigProvider theme={antTheme({ isDark, isCalm })} locale={locale.ant} getPopupContainer={placeOfPopups}>
      {children}
    </ConfigProvider>
  );
}
