import { DateTime } from 'luxon';

/** China's time without the daylight saving it had until 1991: these APIs know none. */
export const CHINA_ZONE = 'Etc/GMT-8';

/** The moment (Unix ms) as these APIs' clocks and calendars have it. */
export const inChina = (ms: number) => DateTime.fromMillis(ms, { zone: 'UTC+8' });

/** `20170313` */
export const compactDay = (ms: number) => chinaText(ms, 'yyyyMMdd');

/** `2017-03-13` */
export const dashedDay = (ms: number) => chinaText(ms, 'yyyy-MM-dd');

export const chinaText = (ms: number, format: string) =>
  inChina(ms).toFormat(format, { locale: 'en-US', numberingSystem: 'latn' });
