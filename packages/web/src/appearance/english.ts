import { en } from '../copy/en';
import type { Spoken } from './spoken';

export const english: Spoken = { language: 'en', copy: en, tag: 'en' };
