import { zh } from '../copy/zh';
import type { Spoken } from './spoken';

export const chinese: Spoken = { language: 'zh', copy: zh, tag: 'zh-CN' };
