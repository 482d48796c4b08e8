import type { TSchema } from 'typebox';
import { AuthorizerListAnswer, QueryAuthAnswer } from './component.js';
import { DailySummaryAnswer } from './daily-summary.js';
import { InterfaceSummaryAnswer, InterfaceSummaryHourAnswer } from './interface-summary.js';
import {
  FeedbackAnswer,
  GrayReleasePlanAnswer,
  JsErrDetailAnswer,
  JsErrListAnswer,
  JsErrSearchAnswer,
  PerformanceAnswer,
  PerformanceTimeData,
  RealtimeLogAnswer,
  SceneListAnswer,
  VersionListAnswer,
} from './operation.js';
import { PerformanceBootAnswer, PerformanceBootRequest } from './performance-boot.js';
import { ApiQuotaAnswer, RidInfoAnswer } from './quota.js';
import { RetainAnswer } from './retain.js';
import { UserPortraitAnswer } from './user-portrait.js';
import { VisitDistributionAnswer } from './visit-distribution.js';
import { VisitPageAnswer } from './visit-page.js';
import { VisitTrendAnswer } from './visit-trend.js';

/** Answers as the platform documents them or was seen to send; where it shows no values they are made up. */
export const SAMPLES: [string, TSchema, string][] = [
  [
    'visit trend',
    VisitTrendAnswer,
    '{"list":[{"ref_date":"20210912","session_cnt":1082,"visit_pv":4573,"visit_uv":495,"visit_uv_new":0,"stay_time_uv":86.0586,"stay_time_session":39.3706,"visit_depth":2.6562}]}',
  ],
  [
    'daily summary',
    DailySummaryAnswer,
    '{"list":[{"ref_date":"20170313","visit_total":391,"share_pv":572,"share_uv":383}]}',
  ],
  [
    'retain',
    RetainAnswer,
    '{"ref_date":"20170313","visit_uv_new":[{"key":0,"value":5464}],"visit_uv":[{"key":0,"value":55500}]}',
  ],
  [
    'visit distribution',
    VisitDistributionAnswer,
    '{"ref_date":"20170313","list":[{"index":"access_source_session_cnt","item_list":[{"key":10,"value":5}]},{"index":"access_staytime_info","item_list":[]},{"index":"access_depth_info","item_list":[]}]}',
  ],
  [
    'visit page',
    VisitPageAnswer,
    '{"ref_date":"20170313","list":[{"page_path":"pages/index","page_visit_pv":3,"page_visit_uv":2,"page_staytime_pv":8.25,"entrypage_pv":1,"exitpage_pv":1,"page_share_pv":0,"page_share_uv":0}]}',
  ],
  [
    'user portrait',
    UserPortraitAnswer,
    '{"ref_date":"20170611","visit_uv_new":{"province":[{"id":31,"name":"广东省","value":215}],"city":[],"genders":[],"platforms":[],"devices":[{"name":"OPPO R9","value":1}],"ages":[]},"visit_uv":{"province":[],"city":[],"genders":[],"platforms":[],"devices":[],"ages":[]}}',
  ],
  [
    'interface summary',
    InterfaceSummaryAnswer,
    '{"list":[{"ref_date":"2018-03-20","callback_count":24,"fail_count":0,"total_time_cost":5965,"max_time_cost":1290}]}',
  ],
  [
    'interface summary by hour',
    InterfaceSummaryHourAnswer,
    '{"list":[{"ref_date":"2018-03-20","ref_hour":1800,"callback_count":24,"fail_count":0,"total_time_cost":5965,"max_time_cost":1290}]}',
  ],
  [
    'performance request',
    PerformanceBootRequest,
    '{"module":"10022","time":{"begin_timestamp":1609603200,"end_timestamp":1609689600},"params":[{"field":"networktype","value":"wifi"},{"field":"device_level","value":"1"},{"field":"device","value":"1"}]}',
  ],
  [
    'performance',
    PerformanceBootAnswer,
    '{"errcode":0,"errmsg":"ok","data":{"body":{"tables":[{"id":"memorydiff","lines":[{"fields":[{"refdate":"20210103","value":"70.7778"},{"refdate":"20210104","value":"72.0446"}]}],"zh":"内存增长均值"},{"id":"memory","lines":[{"fields":[{"refdate":"20210103","value":"314"},{"refdate":"20210104","value":"302.3218"}]}],"zh":"内存均值"}],"count":2}}}',
  ],
  [
    'operation: performance',
    PerformanceAnswer,
    '{"default_time_data":"{\\"list\\":[{\\"ref_date\\":\\"20191029\\",\\"cost_time_type\\":2,\\"cost_time\\":1533}]}","compare_time_data":"","errcode":0}',
  ],
  [
    'operation: what performance holds',
    PerformanceTimeData,
    '{"list":[{"ref_date":"20191029","cost_time_type":2,"cost_time":1533}]}',
  ],
  [
    'operation: list of errors',
    JsErrListAnswer,
    '{"success":true,"openid":"","data":[{"errorMsgMd5":"a","errorMsg":"b","uv":1,"pv":1,"errorStackMd5":"c","errorStack":"d","pvPercent":"0.1%","uvPercent":"1.1%"}],"totalCount":739,"errcode":0}',
  ],
  [
    'operation: errors in detail',
    JsErrDetailAnswer,
    '{"success":true,"openid":"","data":[{"Count":"1","sdkVersion":"2.14.1","ClientVersion":"7.0.22","errorStackMd5":"a","TimeStamp":"2021-01-25 16:36:39","appVersion":"1.0.0","errorMsgMd5":"b","errorMsg":"c","errorStack":"d","Ds":"2021-01-25","OsName":"1","openId":"e","pluginversion":"0","appId":"f","DeviceModel":"g","source":"h","route":"i","Uin":"j","nickname":"k"}],"totalCount":1,"errcode":0}',
  ],
  [
    'operation: older search',
    JsErrSearchAnswer,
    '{"results":[{"time":1587571200,"client_version":"7.0.14","app_version":"2.8.21","version_error_cnt":1,"total_error_cnt":1,"errmsg":"a"}],"total":91,"errcode":0}',
  ],
  [
    'operation: scenes',
    SceneListAnswer,
    '{"errcode":0,"errmsg":"ok","scene":[{"name":"全部","value":"@_all"},{"name":"小程序历史列表","value":1}]}',
  ],
  [
    'operation: versions',
    VersionListAnswer,
    '{"errcode":0,"errmsg":"ok","cvlist":[{"type":1,"client_version_list":[]},{"type":2,"client_version_list":[]}]}',
  ],
  [
    'operation: realtime log',
    RealtimeLogAnswer,
    '{"errcode":0,"errmsg":"","data":{"list":[{"level":6,"platform":1,"libraryVersion":"a","clientVersion":"b","id":"c","timestamp":1,"msg":[{"time":1,"msg":["d"],"level":2}],"url":"e","traceid":"f","filterMsg":"g"}],"total":1000}}',
  ],
  [
    'operation: feedback',
    FeedbackAnswer,
    '{"list":[{"record_id":1,"create_time":1,"content":"a","phone":1,"openid":"b","nickname":"c","head_url":"d","type":1,"mediaIds":[],"systemInfo":"{}"}],"total_num":100,"errcode":0}',
  ],
  [
    'gray release',
    GrayReleasePlanAnswer,
    '{"errcode":0,"errmsg":"ok","gray_release_plan":{"status":1,"create_timestamp":1,"gray_percentage":5,"support_debuger_first":true,"support_experiencer_first":true}}',
  ],
  ['quota', ApiQuotaAnswer, '{"errcode":0,"errmsg":"ok","quota":{"daily_limit":10,"used":1,"remain":9}}'],
  [
    'request by rid',
    RidInfoAnswer,
    '{"errcode":0,"errmsg":"ok","request":{"invoke_time":1,"cost_in_ms":30,"request_url":"a","request_body":"b","response_body":"c","client_ip":"d"}}',
  ],
  [
    'authorisation',
    QueryAuthAnswer,
    '{"authorization_info":{"authorizer_appid":"a","authorizer_access_token":"b","expires_in":7200,"authorizer_refresh_token":"c","func_info":[{"funcscope_category":{"id":18}}]}}',
  ],
  [
    'list of accounts',
    AuthorizerListAnswer,
    '{"total_count":1,"list":[{"authorizer_appid":"a","refresh_token":"b","auth_time":1}]}',
  ],
];
