import type { Period } from '@minilens/wechat/china-date';
import { ENDPOINTS } from '@minilens/wechat/endpoints';
import {
  ALL,
  COST_TIME_TYPES,
  JS_ERR_LIST_LIMIT,
  JsErrDetailAnswer,
  JsErrDetailRequest,
  JsErrListAnswer,
  JsErrListRequest,
  PerformanceAnswer,
  PerformanceRequest,
  SceneListAnswer,
  VersionListAnswer,
} from '@minilens/wechat/operation';
import { SCENE_CHANNELS } from '@minilens/wechat/scene-channels';
import type { Analysis, DeviceFilter } from './analysis.js';
import { CALENDAR_END_S, chinaText, compactDay, dashedDay, daysOfMoments } from './china-day.js';
import type { JsErrorWords, Operation } from './operation.js';
import { parseDashedDate } from './past-period.js';
import type { Serve } from './serve.js';
import { WechatError } from './wechat-error.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Days one question may span. Source: our choice. */
const MOST_DAYS = 31;

/** Pages further on are as empty; the store counts no further. */
const MOST_OFFSET = 2 ** 31;

/** The APIs of the operation centre that our events can answer. */
export function serveOperation(serve: Serve, { performance }: Analysis, operation: Operation): void {
  serve({
    endpoint: ENDPOINTS.getPerformance,
    request: PerformanceRequest,
    answer: PerformanceAnswer,
    async find(asked, { appid }): Promise<PerformanceAnswer> {
      const { cost_time_type } = asked;
      if (!Object.hasOwn(COST_TIME_TYPES, cost_time_type)) throw new WechatError(40097);
      // What a launch came by and whether it downloaded is not kept with its times.
      if ([asked.scene, asked.is_download_code].some((value) => value !== undefined && value !== ALL))
        throw new WechatError(40097);
      const metric = LAUNCH_METRICS[cost_time_type as keyof typeof COST_TIME_TYPES];
      const rows = await performance(appid, daysOf(asked), [metric], filterOf(asked));
      const list = rows.flatMap(({ day, [metric]: cost_time }) =>
        cost_time === null ? [] : [{ ref_date: compactDay(day), cost_time_type, cost_time }],
      );
      return { default_time_data: JSON.stringify({ list }), compare_time_data: '', errcode: 0 };
    },
  });

  serve({
    endpoint: ENDPOINTS.getJsErrList,
    request: JsErrListRequest,
    answer: JsErrListAnswer,
    async find(asked, { appid }): Promise<JsErrListAnswer> {
      const period = dashedDays(asked);
      const by = oneOf(asked.orderby, ['uv', 'pv']);
      const sign = oneOf(asked.desc, ['1', '2']) === '1' ? -1 : 1;
      const errType = oneOf(asked.errType, ['0', '1', '2', '3']);
      if (asked.limit > JS_ERR_LIST_LIMIT) throw new WechatError(40097);
      const scope = { version: unlessZero(asked.appVersion), openid: asked.openid || undefined };
      const { issues, pv, uv } = await operation.jsErrorIssues(appid, period, scope);
      // An agent hears of the app's own errors only.
      const found = errType === '0' || errType === '1' ? issues.filter(isAbout(asked.keyword)) : [];
      found.sort((a, b) => sign * (a[by] - b[by]) || (nameOf(a) < nameOf(b) ? -1 : 1));
      return {
        success: true,
        openid: asked.openid,
        data: found.slice(asked.offset, asked.offset + asked.limit).map((issue) => ({
          errorMsgMd5: issue.errorMsgMd5,
          errorMsg: issue.errorMsg,
          uv: issue.uv,
          pv: issue.pv,
          errorStackMd5: issue.errorStackMd5,
          errorStack: issue.errorStack,
          pvPercent: percent(issue.pv, pv),
          uvPercent: percent(issue.uv, uv),
        })),
        totalCount: found.length,
        errcode: 0,
      };
    },
  });

  serve({
    endpoint: ENDPOINTS.getJsErrDetail,
    request: JsErrDetailRequest,
    answer: JsErrDetailAnswer,
    async find(asked, { appid }): Promise<JsErrDetailAnswer> {
      const period = dashedDays(asked);
      const newestFirst = oneOf(asked.desc, ['0', '1']) === '1';
      const osName = oneOf(asked.osName, ['0', '1', '2', '3']);
      if (asked.limit > JS_ERR_LIST_LIMIT) throw new WechatError(40097);
      const { total, items, words } = await operation.jsErrorRecords(
        appid,
        period,
        asked,
        {
          ...{ version: unlessZero(asked.appVersion), openid: asked.openid || undefined },
          ...{
            sdk: unlessZero(asked.sdkVersion),
            wechat: unlessZero(asked.clientVersion),
            platforms: PLATFORMS[osName],
          },
        },
        { limit: asked.limit, offset: Math.min(asked.offset, MOST_OFFSET), newestFirst },
      );
      return {
        success: true,
        openid: asked.openid,
        data: items.map((item) => ({
          Count: String(item.count),
          sdkVersion: item.sdk,
          ClientVersion: item.wechat,
          errorStackMd5: words?.errorStackMd5 ?? '',
          TimeStamp: chinaText(item.at, 'yyyy-MM-dd HH:mm:ss'),
          appVersion: item.version,
          errorMsgMd5: words?.errorMsgMd5 ?? '',
          errorMsg: item.errMsg,
          errorStack: item.stack,
          Ds: dashedDay(item.at),
          OsName: item.platform === 'android' ? '1' : item.platform === 'ios' ? '2' : '3',
          openId: asked.openid,
          pluginversion: '0',
          appId: appid,
          DeviceModel: item.model,
          source: item.source,
          route: item.page,
          Uin: '',
          nickname: '',
        })),
        totalCount: total,
        errcode: 0,
      };
    },
  });

  serve({
    endpoint: ENDPOINTS.getSceneList,
    answer: SceneListAnswer,
    find: async (): Promise<SceneListAnswer> => ({
      errcode: 0,
      errmsg: 'ok',
      scene: [{ name: '全部', value: ALL }, ...SCENE_CHANNELS.map(({ key, zh }) => ({ name: zh, value: key }))],
    }),
  });

  serve({
    endpoint: ENDPOINTS.getVersionList,
    answer: VersionListAnswer,
    async find(_asked, { appid, nowMs }): Promise<VersionListAnswer> {
      const to = (Math.floor(nowMs / HOUR_MS) + 1) * HOUR_MS;
      return {
        errcode: 0,
        errmsg: 'ok',
        cvlist: [
          { type: 1, client_version_list: await operation.clientVersions(appid, { from: to - DAY_MS, to }) },
          { type: 2, client_version_list: [] },
        ],
      };
    },
  });
}

const LAUNCH_METRICS = { 1: 'appLaunch', 2: 'downloadPackage', 3: 'firstRender' } as const;

/** 0 all, 1 Android, 2 iOS, 3 other. */
const PLATFORMS = {
  '0': undefined,
  '1': { are: true, names: ['android'] },
  '2': { are: true, names: ['ios'] },
  '3': { are: false, names: ['android', 'ios'] },
};

function daysOf({ default_start_time: start, default_end_time: end }: PerformanceRequest): Period {
  const days = daysOfMoments(start, end, MOST_DAYS);
  if (days === undefined) throw new WechatError(40097);
  return days;
}

function filterOf({ device = ALL, networktype = ALL }: PerformanceRequest): DeviceFilter {
  const platform = oneOf(device, [ALL, '1', '2']);
  const network = oneOf(networktype, [ALL, 'wifi', '4g', '3g', '2g']);
  return {
    ...(platform !== ALL && { platform: [platform === '1' ? 'ios' : 'android'] }),
    ...(network !== ALL && { network: [network] }),
  };
}

/** Throws 200002 for what are no days of the calendar, or too many. */
function dashedDays({ startTime, endTime }: { startTime: string; endTime: string }): Period {
  const [first, last] = [parseDashedDate(startTime), parseDashedDate(endTime)];
  if (!first || !last || first > last || +last - +first >= MOST_DAYS * DAY_MS) throw new WechatError(200002);
  if (first.toMillis() < 0 || last.toSeconds() >= CALENDAR_END_S) throw new WechatError(200002);
  return { from: first.toMillis(), to: last.plus({ days: 1 }).toMillis() };
}

function oneOf<const T extends string>(value: string, offered: readonly T[]): T {
  const found = offered.find((word) => word === value);
  if (found === undefined) throw new WechatError(40097);
  return found;
}

const unlessZero = (value: string) => (value === '0' || value === '' ? undefined : value);
const nameOf = ({ errorMsgMd5, errorStackMd5 }: JsErrorWords) => errorMsgMd5 + errorStackMd5;
const isAbout =
  (keyword: string) =>
  ({ errorMsg, errorStack }: JsErrorWords) =>
    `${errorMsg}\n${errorStack}`.toLowerCase().includes(keyword.toLowerCase());

/** With one decimal: `0.1%`. */
const percent = (part: number, whole: number) => `${whole === 0 ? 0 : Math.round((part * 1000) / whole) / 10}%`;
