import { BulbOutlined, MoonOutlined, SunOutlined, TranslationOutlined } from '@ant-design/icons';
import { useAppearance, useCopy } from '../appearance/appearance';
import { Button } from './button';
import { Popup } from './popup';

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
        look="text"
        icon={<TranslationOutlined />}
        onClick={() => setLanguage(other.to)}
        title={copy.language.switchTo}
        lang={other.to}
      >
        {other.name}
      </Button>
      <Popup
        button={{
          look: 'text',
          icon: ICONS[theme],
          'aria-label': `${copy.theme.label}: ${copy.theme[theme]}`,
          title: copy.theme.label,
        }}
      >
        {(close) =>
          (['system', 'light', 'dark'] as const).map((key) => (
            <button
              key={key}
              type="button"
              aria-pressed={key === theme}
              onClick={() => {
                close();
                setTheme(key);
              }}
            >
              {ICONS[key]} {copy.theme[key]}
            </button>
          ))
        }
      </Popup>
    </>
  );
}
