import { AUDIENCE_METRICS } from './catalogue/audience.js';
import { CALL_METRICS } from './catalogue/calls.js';
import { ERROR_METRICS } from './catalogue/errors.js';
import { LOSS_METRICS } from './catalogue/loss.js';
import { PERFORMANCE_METRICS } from './catalogue/performance.js';
import { PUSH_METRICS } from './catalogue/push.js';
import { REQUEST_METRICS } from './catalogue/requests.js';
import { VISIT_METRICS } from './catalogue/visits.js';
import type { Metric } from './metric.js';
import { METRICS } from './metrics.js';
import { dimensionsOf } from './reading.js';
import { RETENTION_METRICS } from './retention.js';
import { EVENT_COLUMNS } from './source.js';
import type { SourceName } from './sources.js';

const CHAPTERS: { title: string; belongs: string; metrics: Record<string, Metric> }[] = [
  {
    title: 'Visits',
    belongs: 'Every number follows its session, whole, into the hour, day, week or month in which the session starts.',
    metrics: VISIT_METRICS,
  },
  {
    title: 'Pages and portraits',
    belongs: 'They follow the session too.',
    metrics: AUDIENCE_METRICS,
  },
  {
    title: 'Retention',
    belongs:
      'Of a day, week or month, and another that comes later. Sessions belong to the period in which they start.',
    metrics: RETENTION_METRICS,
  },
  {
    title: 'Interfaces',
    belongs:
      'Calls, rates and durations belong to the moment of the call; users to the hour in which their session starts.',
    metrics: CALL_METRICS,
  },
  {
    title: 'Requests',
    belongs:
      'Of `request`, `uploadFile` and `downloadFile`. Numbers belong to the moment of the request; users to the hour in which their session starts.',
    metrics: REQUEST_METRICS,
  },
  {
    title: 'Performance',
    belongs:
      'A measurement belongs to its own moment; what is said of launches and sessions, to the hour in which the session starts.',
    metrics: PERFORMANCE_METRICS,
  },
  {
    title: 'JavaScript errors',
    belongs:
      'An *issue* is an error type, a message with numbers and ids folded, and the topmost frame of the stack that is the app’s own, without its position. Errors belong to their own moment; users and sessions to the hour in which the session starts.',
    metrics: ERROR_METRICS,
  },
  {
    title: 'Message push',
    belongs: 'A delivery belongs to the moment it was sent.',
    metrics: PUSH_METRICS,
  },
  {
    title: 'Loss',
    belongs:
      'What is numbered or missing belongs to the hour in which the session starts; what is dropped, to the hour of its arrival.',
    metrics: LOSS_METRICS,
  },
];

/** The catalogue as the page people read: docs/metrics.md is this text, and a test keeps it so. */
export function metricsDocument(): string {
  const chapters = CHAPTERS.map(({ title, belongs, metrics }) => {
    const rows = Object.entries(metrics).map(
      ([name, { zh, en, unit, empty, meaning, meaningZh, source }]) =>
        `| \`${name}\` | ${en} | ${zh} | ${unit} | ${meaning}<br>${meaningZh} | ${empty ?? 'null'} | ${columnsTellingApart(name, source as SourceName)} |`,
    );
    return `## ${title}\n\n${belongs}\n\n| Name | English | 中文 | Unit | Meaning | Of nothing | By | From events by |\n|---|---|---|---|---|---|---|---|\n${rows.join('\n')}\n`;
  });
  return `${INTRODUCTION}\n${chapters.join('\n')}`;
}

/** From rollups, and from events. What takes two periods is not asked as other metrics are. */
function columnsTellingApart(metric: string, source: SourceName): string {
  if (!Object.hasOwn(METRICS, metric)) return '– | –';
  const { by, byEvents, filters } = dimensionsOf(source);
  const named = (columns: readonly string[]) => columns.join(', ') || '–';
  if (byEvents.length === 0) return `${named(by)} | ${filters.length > 0 ? 'filters only' : '–'}`;
  return `${named(by)} | ${named(byEvents)}`;
}

const INTRODUCTION = `# Metrics

Made from the metric catalogue (\`packages/store/src/catalogue\`); change it there. The WeChat data APIs, the report API
and the dashboard all ask this catalogue, so the same name is the same number everywhere.

Times are in the app's zone, Asia/Shanghai unless the app says otherwise. Distinct counts are exact. Ratios and averages
carry at most four decimals, rounded half up. “Of nothing” is what a period without any data gives: a count of nothing is
0, a rate of nothing is not known. Everything can be split by hour, day, week (Monday to Sunday) and month; “By” is what else it
can be split and filtered by, as hourly rollups tell it.

What no rollup tells is computed from events: “From events by” is what else a metric can be split by so. Anything with an
entry there can besides be narrowed to ${EVENT_COLUMNS.join(', ')}. A number that is narrowed so looks only at the events that
have these properties, as if there were no others: a session is what is left of it, and a new user is one of them who has
such an event in the hour of their first session. It takes longer than a rollup, reaches back as far as events are kept,
and is refused where it would have to read too many.

| Word | Meaning |
|---|---|
| user | One installation of a Mini Program for one person: a random id the agent makes once and keeps. |
| session (an open) | From the app's coming to the foreground, after a cold start or more than 30 minutes in the background, to the last moment in the foreground before the next such gap. |
| page view (a visit) | One page shown. Coming back from the background or a native screen to the same page goes on with the same view. |
| stay | Foreground time of a page view. When no leave was received: until the session's last event. |
| call | One invocation of a monitored \`wx\` API. |
| outcome | \`success\`, \`fail\`, \`cancel\` (the user backed out), or \`unknown\`: nobody was told, or the session ended first. |
`;
