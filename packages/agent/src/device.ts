import type { Device } from '@minilens/wire/envelope';
import { quietly } from './around.js';
import { ask } from './hook.js';
import { MAX_PROPERTY, textOf } from './limits.js';
import { assign, type Facts } from './objects.js';

let device: Facts | undefined;

/**
 * What the app runs on, asked once, when first needed: `getSystemInfoSync` alone may take tens of milliseconds, so it
 * must not be part of the app's start. The answer stays the same object; network and level in it follow the device.
 */
export function readDevice(): Device {
  if (!device) {
    device = {};
    // The newer pair replaces getSystemInfoSync, which then only writes a deprecation notice into the app's console.
    const newer = assign({}, ask('getDeviceInfo'), ask('getAppBaseInfo')) as Facts;
    const info = (newer.SDKVersion ? newer : ask('getSystemInfoSync') || {}) as Facts;
    const app = readAccount();
    learn({
      platform: info.platform,
      system: info.system,
      brand: info.brand,
      model: info.model,
      wechat: info.version,
      sdk: info.SDKVersion,
      version: app.version,
      env: app.envVersion,
    });
    learnLevel(info);
    ask('getNetworkType', { success: learnNetwork, fail() {} });
    ask('onNetworkStatusChange', learnNetwork);
    ask('getDeviceBenchmarkInfo', { success: learnLevel, fail() {} });
  }
  return device;
}

/** What the platform says of the Mini Program it runs: appId, version, envVersion. */
export function readAccount(): Facts {
  return ((ask('getAccountInfoSync') || {}) as Record<string, Facts>).miniProgram || {};
}

function learn(facts: Facts): void {
  for (const name in facts) {
    const text = textOf(facts[name], MAX_PROPERTY);
    if (text) (device as Facts)[name] = text;
  }
}

const learnNetwork = quietly(({ networkType }: Facts) => learn({ network: networkType }));

/** 1 high, 2 mid, 3 low: the platform's own level, else its older benchmark, 1 to 50 and below where it is unknown. */
function learnLevel({ modelLevel, benchmarkLevel }: { modelLevel?: number; benchmarkLevel?: number }): void {
  const mark = benchmarkLevel as number;
  const level = (modelLevel || (mark > 0 ? 3 - +(mark > 15) - +(mark > 30) : 0)) & 3;
  if (level) (device as Facts).level = level;
}
