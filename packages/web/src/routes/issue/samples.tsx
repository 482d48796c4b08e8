import type { EventKind } from '@minilens/wire/event';
import type { EventRecord } from '@minilens/wire/records';
import { useQuery } from '@tanstack/react-query';
import { useCopy } from '../../appearance/appearance';
import { recordWords } from '../../filters/record-words';
import { modelName } from '../../format/model-name';
import { useApp } from '../../panels/app-context';
import { CodeBlock } from '../../panels/code-block';
import { Notice } from '../../panels/notice';
import { Pager } from '../../panels/pager';
import { Panel } from '../../panels/panel';
import { Question } from '../../panels/question';
import { SessionLink } from '../../panels/records/links';
import { RecordsCsv } from '../../panels/records/records-csv';
import { useFormat } from '../../panels/use-format';
import { type AskedRange, MAX_OFFSET } from '../../query/asked';
import { singleEvents } from '../../query/events';
import type { IssueSearch } from '../address';
import { readStep } from './read-step';

const SAMPLES_PER_PAGE = 5;

interface SamplesProps {
  issue: string;
  asked: AskedRange;
  address: IssueSearch;
  onChange: (changed: IssueSearch) => void;
}

/** Single errors of the issue, the newest first, each with its stack and what happened before it. */
export function Samples({ issue, asked, address, onChange }: SamplesProps) {
  const { errors } = useCopy();
  const { appid } = useApp();
  const { page = 1 } = address;
  const found = useQuery(
    singleEvents(appid, {
      ...asked,
      ...recordWords(address),
      kind: 'error',
      issue,
      limit: SAMPLES_PER_PAGE,
      offset: (page - 1) * SAMPLES_PER_PAGE,
    }),
  );
  return (
    <Panel
      title={errors.samples}
      hint={errors.samplesHint}
      controls={<RecordsCsv name={errors.samples} items={found.data?.items} />}
    >
      <Question of={found}>
        {({ items, total }) =>
          items.length === 0 && page === 1 ? (
            <Notice title={errors.noSamples}>{errors.noSamplesWhy}</Notice>
          ) : (
            <>
              <ul className="samples">
                {items.map((error, index) => (
                  <li key={`${error.session} ${error.n}`}>
                    <Sample error={error} isOpen={index === 0} />
                  </li>
                ))}
              </ul>
              <Pager
                page={page}
                pageSize={SAMPLES_PER_PAGE}
                total={total}
                reachable={MAX_OFFSET + SAMPLES_PER_PAGE}
                onPage={(picked) => onChange({ page: picked })}
              />
            </>
          )
        }
      </Question>
    </Panel>
  );
}

function Sample({ error, isOpen }: { error: EventRecord; isOpen: boolean }) {
  const { errors, detail, people } = useCopy();
  const format = useFormat();
  const { at, session, version, platform, system, model, wechat, network, page, errMsg, stack, steps = [] } = error;
  const device = [
    version || detail.noVersion,
    system || platform,
    modelName(model),
    wechat && `WeChat ${wechat}`,
    network,
  ];
  return (
    <details open={isOpen}>
      <summary>
        <b>{format.moment(at)}</b> <span className="mono">{page}</span>{' '}
        <span className="muted">{device.filter(Boolean).join(' · ')}</span>
      </summary>
      <p className="sample-message">
        <span className="mono">{errMsg}</span> <SessionLink session={session}>{errors.toSession}</SessionLink>
      </p>
      <div className="sample">
        <section aria-label={errors.stack}>
          <h3>{errors.stack}</h3>
          {stack ? <CodeBlock code={stack} label={errors.stack} /> : <p className="muted">{errors.noStack}</p>}
        </section>
        <section aria-label={errors.steps}>
          <h3>{errors.steps}</h3>
          {steps.length === 0 ? (
            <p className="muted">{errors.noSteps}</p>
          ) : (
            <ol className="steps-before">
              {steps.map((step, index) => {
                const { beforeMs, kind, rest } = readStep(step);
                return (
                  // biome-ignore lint/suspicious/noArrayIndexKey: steps never move, and two may say the same
                  <li key={index}>
                    <span className="muted number">{beforeMs === null ? '' : `−${format.value(beforeMs, 'ms')}`}</span>
                    <span>{kind in people.kind ? people.kind[kind as EventKind] : kind}</span>
                    <span className="mono">{rest}</span>
                  </li>
                );
              })}
            </ol>
          )}
        </section>
      </div>
    </details>
  );
}
