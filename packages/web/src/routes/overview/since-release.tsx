import type { Answers } from '@minilens/wire/questions';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useCopy } from '../../appearance/appearance';
import type { Format } from '../../format/format';
import { useApp } from '../../panels/app-context';
import { CsvButton } from '../../panels/csv-button';
import { DataTable } from '../../panels/data-table';
import { Explained } from '../../panels/explained';
import { Notice } from '../../panels/notice';
import { Panel } from '../../panels/panel';
import { Question } from '../../panels/question';
import type { ScreenSearch } from '../../panels/screen-head';
import { useFormat } from '../../panels/use-format';
import { useMetrics } from '../../panels/use-metrics';
import type { questionsOfOverview } from './ask-overview';
import { type ReleaseChange, releaseChanges } from './release-changes';

/** Changes in sight. Unit: rows. */
const MOST_CHANGES = 8;

interface SinceReleaseProps {
  question: ReturnType<typeof questionsOfOverview>['releases'];
  address: ScreenSearch;
}

/** What the newest release does worse or better than the one before; nothing where there is only one. */
export function SinceRelease({ question, address }: SinceReleaseProps) {
  const { sinceRelease, metric: metricCopy, meaning } = useCopy();
  const format = useFormat();
  const metrics = useMetrics();
  const { appid } = useApp();
  const answer = useQuery(question);
  const [newest, previous] = answer.data?.answers.whole?.releases ?? [];
  if (answer.isPending || (answer.data && !previous)) return null;
  const versions = [newest?.version ?? '', previous?.version ?? ''] as const;
  const changesIn = (answers: Answers['answers']) => releaseChanges(answers, versions);
  const nameOf = ({ metric, name }: ReleaseChange) =>
    metric === 'successRateWithoutCancels' ? `${name} · ${metricCopy[metric]}` : metrics(metric).title;
  return (
    <Panel
      title={sinceRelease.title}
      {...(newest &&
        previous && {
          hint: sinceRelease.hint(
            newest.version,
            format.count(newest.sessions),
            previous.version,
            format.count(previous.sessions),
          ),
        })}
      controls={
        answer.data && (
          <CsvButton
            name={sinceRelease.title}
            rows={() => [
              [sinceRelease.what, versions[1], versions[0]],
              ...changesIn(answer.data.answers).map((change) => [nameOf(change), change.before, change.now]),
            ]}
          />
        )
      }
    >
      <Question of={answer} lines={4}>
        {({ answers }) => {
          const changes = changesIn(answers).slice(0, MOST_CHANGES);
          if (changes.length === 0) return <Notice title={sinceRelease.nothingTitle}>{sinceRelease.nothing}</Notice>;
          return (
            <div className="changes">
              <DataTable
                label={sinceRelease.title}
                rows={changes}
                rowKey={nameOf}
                columns={[
                  {
                    key: 'what',
                    title: sinceRelease.what,
                    cell: (change) =>
                      change.name === undefined ? (
                        <Explained name={metrics(change.metric).title} meaning={metrics(change.metric).meaning} />
                      ) : (
                        <>
                          <Link
                            className="mono"
                            to="/apps/$app/interfaces/$name"
                            params={{ app: appid, name: change.name }}
                            search={address}
                          >
                            {change.name}
                          </Link>{' '}
                          <Explained
                            name={metricCopy.successRateWithoutCancels}
                            meaning={meaning.successRateWithoutCancels}
                          />
                        </>
                      ),
                  },
                  {
                    key: 'change',
                    title: sinceRelease.change,
                    meaning: sinceRelease.changeMeaning,
                    isNumber: true,
                    cell: ({ now, before, worse }) => (
                      <span className={worse > 0 ? 'bad' : undefined}>
                        {format.change(now, before)} {worse > 0 ? sinceRelease.worse : sinceRelease.better}
                      </span>
                    ),
                  },
                  {
                    key: 'before',
                    title: versions[1],
                    isNumber: true,
                    cell: (change) => figure(change, change.before, format),
                  },
                  {
                    key: 'now',
                    title: versions[0],
                    isNumber: true,
                    cell: (change) => figure(change, change.now, format),
                  },
                ]}
              />
            </div>
          );
        }}
      </Question>
    </Panel>
  );
}

const figure = ({ metric }: ReleaseChange, value: number, format: Format) =>
  format.value(value, metric === 'appLaunchP95Ms' ? 'ms' : '%');
