import ant from 'antd/locale/zh_CN';
import 'dayjs/locale/zh-cn';
import { zh } from '../copy/zh';
import type { Spoken } from './spoken';

export const chinese: Spoken = { language: 'zh', copy: zh, ant, dayjs: 'zh-cn', tag: 'zh-CN' };
