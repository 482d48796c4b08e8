/** What a simulated device says about itself when asked. */
export interface DeviceFacts {
  platform: string;
  system: string;
  brand: string;
  model: string;
  /** WeChat's version. */
  wechat: string;
  /** Version of the base library. */
  sdk: string;
  network: string;
  /** 1 high, 2 mid, 3 low. */
  level: number;
  /** Version of the Mini Program. */
  version: string;
  env: string;
}

export const PLAIN_DEVICE: DeviceFacts = {
  platform: 'android',
  system: 'Android 14',
  brand: 'Acme',
  model: 'Acme A1',
  wechat: '8.0.50',
  sdk: '3.5.8',
  network: 'wifi',
  level: 2,
  version: '1.0.0',
  env: 'release',
};
