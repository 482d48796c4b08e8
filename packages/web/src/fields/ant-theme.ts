import { type ThemeConfig, theme } from 'antd';
import { PALETTES } from '../appearance/palette';

const SYSTEM_FONTS =
  "system-ui, -apple-system, 'Segoe UI', Roboto, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif";

/** Ant Design in our colours. `isCalm`: nothing moves. */
export function antTheme({ isDark, isCalm }: { isDark: boolean; isCalm: boolean }): ThemeConfig {
  const colours = PALETTES[isDark ? 'dark' : 'light'];
  return {
    algorithm: isDark ? theme.darkAlgorithm : theme.defaultAlgorithm,
    token: {
      fontFamily: SYSTEM_FONTS,
      fontSize: 14,
      borderRadius: 6,
      motion: !isCalm,
      colorPrimary: colours.accent,
      colorPrimaryBg: colours.chosen,
      colorPrimaryBgHover: colours.chosen,
      controlItemBgActive: colours.chosen,
      controlItemBgActiveHover: colours.chosen,
      colorLink: colours.accent,
      colorLinkHover: colours.accent,
      colorLinkActive: colours.accent,
      colorError: colours.error,
      colorErrorText: colours.error,
      colorBgLayout: colours.canvas,
      colorBgContainer: colours.surface,
      colorBgElevated: colours.raised,
      colorText: colours.text,
      colorTextHeading: colours.text,
      colorTextSecondary: colours.muted,
      colorTextTertiary: colours.muted,
      colorTextDescription: colours.muted,
      colorTextPlaceholder: colours.muted,
      colorBorder: colours.edge,
      colorBorderSecondary: colours.line,
      colorSplit: colours.line,
    },
  };
}
