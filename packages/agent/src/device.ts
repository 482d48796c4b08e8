import type { Device } from '@minilens/wire/envelope';
import { MAX_PROPERTY } from './limits.js';
import { ask, type Native } from './native.js';

/**
 * What the app runs on, asked once, when first needed: `getSystemInfoSync` alone may take tens of milliseconds, so it
 * must not be part of the app's start. The answer stays the same object; the network in it follows the device.
 */
export function createDevice(native: Native): () => Device {
  let device: Device | undefined;
  return () => {
    if (!device) {
      device = read(native);
      followNetwork(native, device);
      askLevel(native, device);
    }
    return device;
  };
}

function read(native: Native): Device {
  const { getDeviceInfo, getAppBaseInfo, getSystemInfoSync, getAccountInfoSync } = native;
  // The newer pair replaces getSystemInfoSync, which then only writes a deprecation notice into the app's console.
  const info =
    getDeviceInfo && getAppBaseInfo
      ? Object.assign({}, ask(getDeviceInfo), ask(getAppBaseInfo))
      : ask(getSystemInfoSync);
  const app = (ask(getAccountInfoSync).miniProgram || {}) as Record<string, unknown>;
  const device: Device = {};
  set(device, 'platform', info.platform);
  set(device, 'system', info.system);
  set(device, 'brand', info.brand);
  set(device, 'model', info.model);
  set(device, 'wechat', info.version);
  set(device, 'sdk', info.SDKVersion);
  set(device, 'version', app.version);
  set(device, 'env', app.envVersion);
  return device;
}

function set(device: Device, name: Exclude<keyof Device, 'level'>, value: unknown): void {
  if (typeof value === 'string' && value !== '') device[name] = value.slice(0, MAX_PROPERTY);
}

function followNetwork({ getNetworkType, onNetworkStatusChange }: Native, device: Device): void {
  const heard = (result?: { networkType?: unknown }) => set(device, 'network', result?.networkType);
  ask(getNetworkType, { success: heard, fail() {} });
  ask(onNetworkStatusChange, heard);
}

/** Levels come from the platform: 1 high, 2 mid, 3 low; 0 means it does not know. */
function askLevel({ getDeviceBenchmarkInfo }: Native, device: Device): void {
  ask(getDeviceBenchmarkInfo, {
    success(result?: { modelLevel?: unknown }) {
      const level = result?.modelLevel;
      if (level === 1 || level === 2 || level === 3) device.level = level;
    },
    fail() {},
  });
}
