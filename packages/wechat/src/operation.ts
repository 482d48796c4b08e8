import { type Static, Type } from 'typebox';
import { count } from './number.js';
import { errcodeZero, success } from './success.js';

/** What stands for every value where the operation centre takes a filter. */
export const ALL = '@_all';

/** What `cost_time_type` can ask for. */
export const COST_TIME_TYPES = { 1: 'Whole launch', 2: 'Download', 3: 'First render' } as const;

export const PerformanceRequest = Type.Object({
  cost_time_type: Type.Integer({ description: 'A key of COST_TIME_TYPES' }),
  default_start_time: Type.Integer({ description: 'Unit: s since the Unix epoch' }),
  default_end_time: Type.Integer({ description: 'Unit: s since the Unix epoch' }),
  device: Type.Optional(Type.String({ description: '@_all, 1 iOS, 2 Android' })),
  is_download_code: Type.Optional(Type.String({ description: 'Whole launch only: @_all, 1, 2' })),
  scene: Type.Optional(Type.String({ description: 'Whole launch and download: @_all or a value of the scene list' })),
  networktype: Type.Optional(Type.String({ description: 'Download only: @_all, wifi, 4g, 3g, 2g' })),
});
export type PerformanceRequest = Static<typeof PerformanceRequest>;

/** What `default_time_data` holds as JSON text. */
export const PerformanceTimeData = Type.Object({
  list: Type.Array(
    Type.Object({
      ref_date: Type.String({ description: 'yyyyMMdd' }),
      cost_time_type: Type.Integer(),
      cost_time: Type.Number({ minimum: 0, description: 'Mean of the day. Unit: ms' }),
    }),
  ),
});
export type PerformanceTimeData = Static<typeof PerformanceTimeData>;

export const PerformanceAnswer = Type.Object({
  default_time_data: Type.String({ description: 'PerformanceTimeData as JSON text' }),
  compare_time_data: Type.String({ description: 'The same for a second period, or empty' }),
  ...errcodeZero,
});
export type PerformanceAnswer = Static<typeof PerformanceAnswer>;

/** Errors a page of the list holds at most. */
export const JS_ERR_LIST_LIMIT = 30;

export const JsErrListRequest = Type.Object({
  appVersion: Type.String({ description: '0 for all' }),
  errType: Type.String({ description: '0 all, 1 business, 2 plugin, 3 framework' }),
  startTime: Type.String({ description: 'yyyy-MM-dd' }),
  endTime: Type.String({ description: 'yyyy-MM-dd' }),
  keyword: Type.String({ description: 'Empty for all' }),
  openid: Type.String({ description: 'Empty for all' }),
  orderby: Type.String({ description: 'uv or pv' }),
  desc: Type.String({ description: '1 descending, 2 ascending' }),
  offset: Type.Integer({ minimum: 0 }),
  limit: Type.Integer({ minimum: 1, description: `At most ${JS_ERR_LIST_LIMIT}` }),
});
export type JsErrListRequest = Static<typeof JsErrListRequest>;

export const JsErrListAnswer = Type.Object({
  success: Type.Boolean(),
  openid: Type.String(),
  data: Type.Array(
    Type.Object({
      errorMsgMd5: Type.String(),
      errorMsg: Type.String(),
      uv: count('Distinct users'),
      pv: count('Errors'),
      errorStackMd5: Type.String(),
      errorStack: Type.String(),
      pvPercent: Type.String({ description: 'Share of all errors: 0.1%' }),
      uvPercent: Type.String({ description: 'Share of all users: 1.1%' }),
    }),
  ),
  totalCount: count('Errors on all pages'),
  ...errcodeZero,
});
export type JsErrListAnswer = Static<typeof JsErrListAnswer>;

export const JsErrDetailRequest = Type.Object({
  startTime: Type.String({ description: 'yyyy-MM-dd' }),
  endTime: Type.String({ description: 'yyyy-MM-dd' }),
  errorMsgMd5: Type.String(),
  errorStackMd5: Type.String(),
  appVersion: Type.String({ description: '0 for all' }),
  sdkVersion: Type.String({ description: '0 for all' }),
  osName: Type.String({ description: '0 all, 1 Android, 2 iOS, 3 other' }),
  clientVersion: Type.String({ description: '0 for all' }),
  openid: Type.String({ description: 'Empty for all' }),
  offset: Type.Integer({ minimum: 0 }),
  limit: Type.Integer({ minimum: 1 }),
  desc: Type.String({ description: '0 ascending, 1 descending' }),
});
export type JsErrDetailRequest = Static<typeof JsErrDetailRequest>;

/** Every value is text. The mixed case is the platform's. */
export const JsErrDetailAnswer = Type.Object({
  success: Type.Boolean(),
  openid: Type.String(),
  data: Type.Array(
    Type.Object({
      Count: Type.String(),
      sdkVersion: Type.String(),
      ClientVersion: Type.String(),
      errorStackMd5: Type.String(),
      TimeStamp: Type.String({ description: '2021-01-25 16:36:39, in China' }),
      appVersion: Type.String(),
      errorMsgMd5: Type.String(),
      errorMsg: Type.String(),
      errorStack: Type.String(),
      Ds: Type.String({ description: 'yyyy-MM-dd' }),
      OsName: Type.String({ description: '1 Android, 2 iOS, 3 other' }),
      openId: Type.String(),
      pluginversion: Type.String(),
      appId: Type.String(),
      DeviceModel: Type.String(),
      source: Type.String(),
      route: Type.String(),
      Uin: Type.String(),
      nickname: Type.String(),
    }),
  ),
  totalCount: count('On all pages'),
  ...errcodeZero,
});
export type JsErrDetailAnswer = Static<typeof JsErrDetailAnswer>;

/** An older search that the two above replace. */
export const JsErrSearchRequest = Type.Object({
  errmsg_keyword: Type.String(),
  type: Type.Integer({ description: '1 client, 2 service' }),
  client_version: Type.String(),
  start_time: Type.Integer({ description: 'Unit: s since the Unix epoch' }),
  end_time: Type.Integer({ description: 'Unit: s since the Unix epoch' }),
  start: Type.Integer({ minimum: 0 }),
  limit: Type.Integer({ minimum: 1 }),
});
export type JsErrSearchRequest = Static<typeof JsErrSearchRequest>;

export const JsErrSearchAnswer = Type.Object({
  results: Type.Array(
    Type.Object({
      time: Type.Integer({ description: 'Unit: s since the Unix epoch' }),
      client_version: Type.String(),
      app_version: Type.String(),
      version_error_cnt: count('Errors in this version'),
      total_error_cnt: count('Errors in all versions'),
      errmsg: Type.String(),
    }),
  ),
  total: count('On all pages'),
  ...errcodeZero,
});
export type JsErrSearchAnswer = Static<typeof JsErrSearchAnswer>;

export const SceneListAnswer = Type.Object({
  ...success,
  scene: Type.Array(
    Type.Object({
      name: Type.String(),
      value: Type.Union([Type.String(), Type.Integer()], { description: '@_all, or an id' }),
    }),
  ),
});
export type SceneListAnswer = Static<typeof SceneListAnswer>;

export const VersionListAnswer = Type.Object({
  ...success,
  cvlist: Type.Array(
    Type.Object({
      type: Type.Integer({ description: '1 client, 2 service' }),
      client_version_list: Type.Array(Type.String()),
    }),
  ),
});
export type VersionListAnswer = Static<typeof VersionListAnswer>;

/** Sent in the query, each value as text. */
export const RealtimeLogRequest = Type.Object({
  date: Type.String({ description: 'yyyyMMdd, one of the last 7 days' }),
  begintime: Type.Integer({ description: 'Within the date. Unit: s since the Unix epoch' }),
  endtime: Type.Integer({ description: 'Within the date. Unit: s since the Unix epoch' }),
  start: Type.Optional(Type.Integer({ minimum: 0 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, description: '20 unless said otherwise' })),
  traceId: Type.Optional(Type.String()),
  url: Type.Optional(Type.String()),
  id: Type.Optional(Type.String()),
  filterMsg: Type.Optional(Type.String()),
  level: Type.Optional(Type.Integer({ description: 'This level and above: 2 info, 4 warn, 8 error' })),
});
export type RealtimeLogRequest = Static<typeof RealtimeLogRequest>;

export const RealtimeLogAnswer = Type.Object({
  ...success,
  data: Type.Object({
    list: Type.Array(
      Type.Object({
        level: Type.Integer({ description: 'The levels of all its messages, combined bit by bit' }),
        platform: Type.Integer({ description: '1 Android, 2 iOS' }),
        libraryVersion: Type.String(),
        clientVersion: Type.String(),
        id: Type.String(),
        timestamp: Type.Integer({ description: 'Unit: s since the Unix epoch' }),
        msg: Type.Array(Type.Object({ time: Type.Integer(), msg: Type.Array(Type.String()), level: Type.Integer() })),
        url: Type.String(),
        traceid: Type.String(),
        filterMsg: Type.String(),
      }),
    ),
    total: count('On all pages'),
  }),
});
export type RealtimeLogAnswer = Static<typeof RealtimeLogAnswer>;

/** Sent in the query, each value as text. */
export const FeedbackRequest = Type.Object({
  page: Type.Integer({ minimum: 1 }),
  num: Type.Integer({ minimum: 1, description: 'Items on a page' }),
  type: Type.Optional(
    Type.Integer({
      description: '1 cannot open, 2 crash, 3 lag, 4 blank screen, 5 freeze, 6 layout, 7 slow, 8 other',
    }),
  ),
});
export type FeedbackRequest = Static<typeof FeedbackRequest>;

export const FeedbackAnswer = Type.Object({
  list: Type.Array(
    Type.Object({
      record_id: Type.Integer(),
      create_time: Type.Integer({ description: 'Unit: s since the Unix epoch' }),
      content: Type.String(),
      phone: Type.Union([Type.String(), Type.Integer()]),
      openid: Type.String(),
      nickname: Type.String(),
      head_url: Type.String(),
      type: Type.Integer(),
      mediaIds: Type.Array(Type.String()),
      systemInfo: Type.String({ description: 'JSON text' }),
    }),
  ),
  total_num: count('On all pages'),
  ...errcodeZero,
});
export type FeedbackAnswer = Static<typeof FeedbackAnswer>;

/** Sent in the query. The answer is the bytes of an image. */
export const FeedbackMediaRequest = Type.Object({ record_id: Type.Integer(), media_id: Type.String() });
export type FeedbackMediaRequest = Static<typeof FeedbackMediaRequest>;

export const GrayReleasePlanAnswer = Type.Object({
  ...success,
  gray_release_plan: Type.Object({
    status: Type.Integer(),
    create_timestamp: Type.Integer({ description: 'Unit: s since the Unix epoch' }),
    gray_percentage: Type.Integer({ minimum: 0, maximum: 100 }),
    support_debuger_first: Type.Boolean(),
    support_experiencer_first: Type.Boolean(),
  }),
});
export type GrayReleasePlanAnswer = Static<typeof GrayReleasePlanAnswer>;
