import type { AppDetail } from '@minilens/wire/report-api';

/** The lines for app.js. Values are written as JSON, so that whatever a name holds stays one string. */
export function agentSnippet({ appid, key, endpoint }: Pick<AppDetail, 'appid' | 'key' | 'endpoint'>): string {
  const quote = (value: string) =>
    `'${JSON.stringify(value).slice(1, -1).replaceAll("'", "\\'").replaceAll('\\"', '"')}'`;
  return [
    "const monitor = require('./minilens-mp-agent.js');",
    'monitor.config({',
    `  appId: ${quote(appid)},`,
    `  key: ${quote(key)},`,
    `  endpoint: ${quote(endpoint)},`,
    '});',
  ].join('\n');
}
