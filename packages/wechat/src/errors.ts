/**
 * Every error these APIs answer with: the code, the text as the platform writes it, and what it means. Odd spaces and
 * full-width commas are real. Where only the code is documented the text is ours, and the row says so.
 * `{ip}` stands for the caller's IPv4 address.
 */
export const ERRORS = {
  [-1]: { errmsg: 'system error', meaning: 'Busy, broken inside, or no such path' },

  [-3]: { errmsg: 'system busy', meaning: 'Details of JavaScript errors: busy. Text ours' },

  // Credentials
  40001: {
    errmsg:
      'invalid credential, access_token is invalid or not latest, could get access_token by getStableAccessToken, more details at https://mmbizurl.cn/s/JtxxFh33r',
    meaning: 'The access token was never issued, is revoked, or was superseded more than five minutes ago',
  },
  40002: { errmsg: 'invalid grant_type', meaning: 'grant_type is not client_credential' },
  40013: { errmsg: 'invalid appid', meaning: 'Not the form of an AppID, or an AppID that is unknown here' },
  40014: { errmsg: 'invalid access_token', meaning: 'What some endpoints answer instead of 40001' },
  40097: { errmsg: 'invalid args', meaning: 'A parameter has a value that is not offered' },
  40125: { errmsg: 'invalid appsecret', meaning: 'The secret does not belong to the AppID' },
  40164: {
    errmsg: 'invalid ip {ip} ipv6 ::ffff:{ip}, not in whitelist',
    meaning: "The caller's address is not on the app's list",
  },
  40170: { errmsg: 'args count exceed count limit', meaning: 'More items asked for than one page holds' },
  40243: { errmsg: 'appsecret is frozen', meaning: 'The secret is frozen. Text ours' },
  41001: { errmsg: 'access_token missing', meaning: 'No access token in the query' },
  41002: { errmsg: 'appid missing', meaning: 'No AppID in the query' },
  41004: { errmsg: 'appsecret missing', meaning: 'No secret in the query' },
  42001: { errmsg: 'access_token expired', meaning: 'The access token reached its natural end' },
  42007: {
    errmsg: 'access_token and refresh_token exception',
    meaning: "The account's password changed, so its tokens were revoked",
  },

  // Signature and encryption
  40230: { errmsg: 'API_Missing_Wechatmp_Serial', meaning: 'No certificate number in the headers' },
  40231: { errmsg: 'API_Missing_Wechatmp_Timestamp', meaning: 'No time in the headers' },
  40232: { errmsg: 'API_Missing_Wechatmp_Signature', meaning: 'No signature in the headers' },
  40233: { errmsg: 'API_Missing_Wechatmp_Appid', meaning: 'No AppID in the headers' },
  40234: { errmsg: 'API_Invalid_Signature', meaning: 'The signature does not verify' },
  40235: { errmsg: 'API_Invalid_Encrypt', meaning: 'The body does not decrypt' },
  40236: { errmsg: 'API_Invalid_Wechatmp_Appid', meaning: 'The AppID in the headers is unknown' },
  40237: { errmsg: 'API_Invalid_Wechatmp_Appidmatch', meaning: "The AppID in the headers is not the token's" },
  40238: { errmsg: 'API_NoExist_DevSecretSym', meaning: 'The app has no symmetric key' },
  40239: { errmsg: 'API_NoExist_DevSecretAsym', meaning: 'The app has no asymmetric key' },
  40240: { errmsg: 'API_Expired_Wechatmp_Timestamp', meaning: 'The time in the headers is too far from now' },

  // The request
  43001: { errmsg: 'require GET method', meaning: 'Asked with another method' },
  43002: { errmsg: 'require POST method', meaning: 'Asked with another method' },
  43003: { errmsg: 'require https', meaning: 'Asked over plain HTTP' },
  44002: { errmsg: 'empty post data', meaning: 'No body' },
  45009: { errmsg: 'reach max api daily quota limit', meaning: "The day's quota is used up" },
  45011: {
    errmsg: 'api minute-quota reach limit  mustslower  retry next minute',
    meaning: "The minute's quota is used up",
  },
  46001: { errmsg: 'media data no exist', meaning: 'No such media' },
  47001: {
    errmsg: 'data format error',
    meaning: 'Not a JSON object, too large, or a field is missing or of a wrong type',
  },
  9001001: { errmsg: 'invalid post data', meaning: 'A parameter of the body is invalid. Text ours' },

  // What the account may do
  48001: { errmsg: 'api unauthorized', meaning: 'The account may not use this API' },
  48004: {
    errmsg: 'api forbidden for irregularities, view detail on mp.weixin.qq.com',
    meaning: 'The API is blocked for the account',
  },
  48006: {
    errmsg: 'forbid to clear quota because of reaching the limit',
    meaning: 'The quota was cleared ten times this month',
  },
  50002: { errmsg: 'user limited', meaning: 'The account is restricted' },
  50004: {
    errmsg: 'user not allow to use accesstoken, maybe for punishment',
    meaning: 'The account may not fetch tokens',
  },
  50007: { errmsg: 'account is frozen', meaning: 'The account is frozen. Text ours' },

  // Third-party platforms
  61003: {
    errmsg: 'component is not authorized by this account',
    meaning: 'The account has not authorised the platform',
  },
  61004: { errmsg: 'access clientip is not registered', meaning: "The caller's address is not on the platform's list" },
  61005: { errmsg: 'component ticket is expired', meaning: 'The pushed ticket is older than 12 hours' },
  61006: { errmsg: 'component ticket is invalid', meaning: 'Not the ticket that was pushed' },
  61007: {
    errmsg: 'api is unauthorized to component',
    meaning: 'The permission set of this API was not granted to the platform',
  },
  61009: { errmsg: 'code is invalid', meaning: 'The authorisation code was never issued or is used' },
  61010: { errmsg: 'code is expired', meaning: 'The authorisation code is too old' },
  61011: { errmsg: 'invalid component', meaning: 'No such platform' },
  61014: {
    errmsg: 'must use component token for component api',
    meaning: "The token is an account's, not a platform's",
  },
  61023: { errmsg: 'refresh_token is invalid', meaning: 'Not the refresh token of this authorisation' },

  // Data analysis
  61500: { errmsg: 'date format error', meaning: 'Not a date of the calendar in the form this API wants' },
  61501: { errmsg: 'date range error', meaning: 'The dates are not a period this API answers for' },
  61502: { errmsg: 'this is game miniprogram, data api is not supported', meaning: 'The account is a mini game' },
  61503: { errmsg: 'data not ready, please try later', meaning: 'The period is not computed yet' },
  61504: { errmsg: 'system busy now , please try later', meaning: 'Too much asked at once' },

  // Logs, quota and diagnosis
  76001: { errmsg: 'rid not found', meaning: 'No request with this rid' },
  76002: { errmsg: 'rid is error', meaning: 'Not the form of a rid' },
  76003: { errmsg: 'could not query this rid,no permission', meaning: "Another account's request" },
  76004: { errmsg: 'rid time is error', meaning: 'Older than the seven days requests are kept' },
  76021: { errmsg: 'cgi_path not found, please check', meaning: 'No API at this path' },
  76022: { errmsg: 'could not use this cgi_path，no permission', meaning: 'The account may not use this API' },
  20011: { errmsg: 'request too frequent', meaning: 'Lists of JavaScript errors: asked too often. Text ours' },
  200002: { errmsg: 'parameter startTime or endTime is invalid', meaning: 'Log queries: bad dates' },
  200007: { errmsg: 'no permission', meaning: 'Log queries: not for this account. Text ours' },
  200010: { errmsg: 'request too frequent', meaning: 'Log queries: over 50 a minute. Text ours' },
  507010: { errmsg: 'app is not published', meaning: 'No version was released yet. Text ours' },
} as const;

export type Errcode = keyof typeof ERRORS;

/**
 * The body of an error, byte for byte. `rid` names the request, see rid.ts.
 *
 * @param errmsg where the row's text has a place to be filled.
 */
export function errorBody(errcode: Errcode, rid: string, errmsg: string = ERRORS[errcode].errmsg): string {
  return JSON.stringify({ errcode, errmsg: `${errmsg} rid: ${rid}` });
}
