import { BulbOutlined, MoonOutlined, SunOutlined, TranslationOutlined } from '@ant-design/icons';
import { Button, Dropdown } from 'antd';
import { useAppearance, useCopy } from '../appearance/appearance';
import type { ThemeChoice } from '../appearance/preference';

const ICONS = { system: <BulbOutlined />, light: <SunOutlined />, dark: <MoonOutlined /> };

/** Language and theme. The language button is named in the language that it leads to. */
export function AppearanceControls() {
  const copy = useCopy();
  const { theme, setTheme, spoken, setLanguage } = useAppearance();
  const other =
    spoken.language === 'zh' ? ({ to: 'en', name: 'English' } as const) : ({ to: 'zh', name: '中文' } as const);
  return (
    <>
      <Button
        type="text"
        icon={<TranslationOutlined />}
        onClick={() => setLanguage(other.to)}
        title={copy.language.switchTo}
        lang={other.to}
      >
        {other.name}
      </Button>
      <Dropdown
        trigger={['click']}
        menu={{
          selectable: true,
          selectedKeys: [theme],
          onClick: ({ key }) => setTheme(key as ThemeChoice),
          items: (['system', 'light', 'dark'] as const).map((key) => ({
            key,
            icon: ICONS[key],
            label: copy.theme[key],
          })),
        }}
      >
        <Button
          type="text"
          icon={ICONS[theme]}
          aria-label={`${copy.theme.label}: ${copy.theme[theme]}`}
          title={copy.theme.label}
        />
      </Dropdown>
    </>
  );
}
