/** Every colour of the dashboard. Ant Design, the style sheet (as `--name`) and the charts all read this table. */
export interface Palette {
  canvas: string;
  surface: string;
  /** What lies above the rest: menus, and what is chosen among a few. */
  raised: string;
  line: string;
  /** Around what one works with. */
  edge: string;
  text: string;
  muted: string;
  accent: string;
  /** Behind what is chosen. */
  chosen: string;
  /** Text on an accent-coloured button. */
  onAccent: string;
  error: string;
  track: string;
  success: string;
  cancel: string;
  unknown: string;
  /** An answer that came too late and was covered. */
  late: string;
  /** Where the time of a delivery went. */
  dns: string;
  connect: string;
  waiting: string;
  answer: string;
}

/** Text colours keep at least 4.5:1 on `canvas` and `surface` (WCAG AA). */
export const PALETTES: Record<'light' | 'dark', Palette> = {
  light: {
    canvas: '#f5f6f5',
    surface: '#ffffff',
    raised: '#ffffff',
    line: '#e1e6e3',
    edge: '#d9d9d9',
    text: '#1b211e',
    muted: '#5a645f',
    accent: '#0b7a43',
    onAccent: '#ffffff',
    chosen: '#e4f2ea',
    error: '#c4261d',
    track: '#e3e8e5',
    success: '#8cc9a8',
    cancel: '#8794a8',
    unknown: '#c9cfcc',
    late: '#d08a00',
    dns: '#8a5cc9',
    connect: '#d08a00',
    waiting: '#2f9e78',
    answer: '#2f7fd6',
  },
  dark: {
    canvas: '#111412',
    surface: '#191d1b',
    raised: '#1f1f1f',
    line: '#2b322e',
    edge: '#424242',
    text: '#e4e9e6',
    muted: '#98a49d',
    accent: '#45c483',
    onAccent: '#06140c',
    chosen: '#1c3628',
    error: '#ff7b72',
    track: '#303833',
    success: '#2f7d56',
    cancel: '#6f7f97',
    unknown: '#4a524e',
    late: '#e0a030',
    dns: '#a98be0',
    connect: '#e0a030',
    waiting: '#3fae86',
    answer: '#5aa2ee',
  },
};
