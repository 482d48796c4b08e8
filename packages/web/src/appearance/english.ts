import ant from 'antd/locale/en_US';
import { en } from '../copy/en';
import type { Spoken } from './spoken';

export const english: Spoken = { language: 'en', copy: en, ant, dayjs: 'en', tag: 'en' };
