/**
 * What the public guide recommends that launches take on average, over those that download a package and those that do
 * not. Other platforms have none. Unit: ms.
 * Source: https://developers.weixin.qq.com/miniprogram/dev/framework/performance/tips/start, section 3, "overall mean".
 */
const GUIDANCE_MS: Record<string, number> = { android: 3_000, ios: 1_200 };

export const launchGuidanceMs = (platform: string): number | undefined => GUIDANCE_MS[platform];
