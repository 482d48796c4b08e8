import { METRICS, type Metric } from './metrics.js';
import type { SourceName } from './sources.js';

const CHAPTERS: Record<SourceName, { title: string; belongs: string } | undefined> = {
  visits: {
    title: 'Visits',
    belongs: 'Every number follows its session, whole, into the hour, day, week or month in which the session starts.',
  },
  newcomers: undefined,
  calls: { title: 'Interfaces: calls', belongs: 'Every number belongs to the moment of the call.' },
  callUsers: { title: 'Interfaces: users', belongs: 'Every number belongs to the hour in which the session starts.' },
};

/** The catalogue as the page people read: docs/metrics.md is this text, and a test keeps it so. */
export function metricsDocument(): string {
  const entries = Object.entries<Metric>(METRICS);
  const chapters = Object.entries(CHAPTERS).map(([source, chapter]) => {
    if (chapter === undefined) return '';
    const rows = entries
      .filter(([, metric]) => metric.source === source || (source === 'visits' && metric.source === 'newcomers'))
      .map(
        ([name, { zh, en, unit, empty, meaning }]) =>
          `| \`${name}\` | ${en} | ${zh} | ${unit} | ${meaning} | ${empty ?? 'null'} |`,
      );
    return `## ${chapter.title}\n\n${chapter.belongs}\n\n| Name | English | 中文 | Unit | Meaning | Of nothing |\n|---|---|---|---|---|---|\n${rows.join('\n')}\n`;
  });
  return `${INTRODUCTION}\n${chapters.filter(Boolean).join('\n')}`;
}

const INTRODUCTION = `# Metrics

Made from the metric catalogue (\`packages/store/src/metrics.ts\`); change it there. The WeChat data APIs, the report API
and the dashboard all ask this catalogue, so the same name is the same number everywhere.

Times are in the app's zone, Asia/Shanghai unless the app says otherwise. Distinct counts are exact. Ratios and averages
carry at most four decimals, rounded half up. “Of nothing” is what a period without any data gives: a count of nothing is
0, a rate of nothing is not known.

| Word | Meaning |
|---|---|
| user | One installation of a Mini Program for one person: a random id the agent makes once and keeps. |
| session (an open) | From the app's coming to the foreground, after a cold start or more than 30 minutes in the background, to the last moment in the foreground before the next such gap. |
| page view (a visit) | One page shown. Coming back from the background or a native screen to the same page goes on with the same view. |
| stay | Foreground time of a page view. When no leave was received: until the session's last event. |
| call | One invocation of a monitored \`wx\` API. |
| outcome | \`success\`, \`fail\`, \`cancel\` (the user backed out), or \`unknown\`: nobody was told, or the session ended first. |
`;
