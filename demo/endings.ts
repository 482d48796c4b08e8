import { SECOND_MS } from './calendar.js';
import type { Chance } from './chance.js';
import { connecting, lastedMs, profileOf } from './request-profile.js';
import { isHit, type Story } from './story.js';

/** Who calls, as far as it decides how the call ends. */
export interface Caller {
  chance: Chance;
  story: Story;
  now: number;
  version: string;
  platform: string;
  network: string;
}

/** What the platform answers, and after how long. */
export type Ending = { afterMs: number } & (
  | { success: object }
  | { fail: { errMsg: string; errCode?: number } }
  | { never: true }
);

/** `wx.requestPayment`: about one in eight changes their mind, about one in a hundred fails, and then there was that day. */
export function paymentEnding({ chance, story, ...caller }: Caller): Ending {
  const { incident } = story;
  if (isHit(story, caller, caller.now) && chance.happens(incident.failing))
    return failure(incident.errMsg, chance.around(420));
  if (chance.happens(0.12)) return failure('requestPayment:fail cancel', chance.around(6 * SECOND_MS, 0.7));
  if (chance.happens(0.008)) return failure('requestPayment:fail system error', chance.around(2 * SECOND_MS));
  // They swipe WeChat away while its payment screen is up: nobody is ever told how it ended.
  if (chance.happens(0.006)) return { never: true, afterMs: chance.around(20 * SECOND_MS) };
  return success(chance.around(7 * SECOND_MS, 0.4));
}

export function scanEnding({ chance }: Caller): Ending {
  if (chance.happens(0.22)) return failure('scanCode:fail cancel', chance.around(5 * SECOND_MS));
  if (chance.happens(0.015)) return failure('scanCode:fail:no permission', chance.around(300));
  return success(chance.around(3_500), { result: 'https://shop.example/p/88012', scanType: 'QR_CODE' });
}

export function previewEnding({ chance }: Caller): Ending {
  return chance.happens(0.004)
    ? failure('previewImage:fail load image error', chance.around(1_500))
    : success(chance.around(180));
}

export function addressEnding({ chance }: Caller): Ending {
  return chance.happens(0.17)
    ? failure('chooseAddress:fail cancel', chance.around(5 * SECOND_MS))
    : success(chance.around(9 * SECOND_MS));
}

export function locationEnding({ chance, platform }: Caller): Ending {
  if (chance.happens(0.11)) return failure('getLocation:fail auth deny', chance.around(1_800));
  if (platform === 'android' && chance.happens(0.03))
    return failure('getLocation:fail:ERROR_NOCELL&WIFI_LOCATIONSWITCHOFF', chance.around(900), 2);
  return success(chance.around(650, 0.7));
}

/** The sheet that asks whether the shop may send a message when the parcel is on its way. */
export function subscribeEnding({ chance }: Caller): Ending {
  return chance.happens(0.05)
    ? failure('requestSubscribeMessage:fail The main switch is switched off', chance.around(260), 20004)
    : success(chance.around(3_200));
}

export function loginEnding({ chance, network }: Caller): Ending {
  return chance.happens(0.003)
    ? failure('login:fail timeout', 5 * SECOND_MS)
    : success(chance.around(140 * slownessOf(network)), { code: 'code' });
}

/** A request to the shop's back end. */
export interface Asking {
  /** What it needs for the answer on a good day. */
  medianMs: number;
  /** Of the version that asks. */
  slowness: number;
  /** Over a connection that an earlier request has opened. */
  isConnected: boolean;
}

export function requestEnding(caller: Caller, { medianMs, slowness, isConnected }: Asking): Ending {
  const { chance, network } = caller;
  const answerMs = chance.around(medianMs * slowness * slownessOf(network));
  if (chance.happens(network === 'wifi' ? 0.002 : 0.008))
    return failure(
      chance.happens(0.6) ? 'request:fail timeout' : 'request:fail errcode:-106 cronet_error_code:-106',
      10_000,
    );
  const answer = (statusCode: number, bytes: number) => http(caller, { statusCode, bytes, answerMs, isConnected });
  if (chance.happens(0.003)) return answer(chance.happens(0.7) ? 502 : 500, 160);
  if (chance.happens(0.002)) return answer(404, 90);
  return answer(200, chance.around(5_200, 0.8));
}

const success = (afterMs: number, result: object = {}): Ending => ({ success: result, afterMs });

const failure = (errMsg: string, afterMs: number, errCode?: number): Ending => ({
  fail: errCode === undefined ? { errMsg } : { errMsg, errCode },
  afterMs,
});

function http(
  { chance, network, now }: Caller,
  answer: { statusCode: number; bytes: number; answerMs: number; isConnected: boolean },
): Ending {
  const { statusCode, bytes, answerMs, isConnected } = answer;
  const opened = isConnected ? undefined : connecting(chance, slownessOf(network));
  const profile = profileOf(chance, now, answerMs, bytes, opened);
  const header = { 'Content-Length': String(bytes) };
  return success(lastedMs(profile, now), { statusCode, data: {}, header, profile });
}

/** How much longer everything takes than in a wireless network of one's own. */
export const slownessOf = (network: string): number => ({ wifi: 1, '5g': 1.1, '4g': 1.6 })[network] ?? 3;
