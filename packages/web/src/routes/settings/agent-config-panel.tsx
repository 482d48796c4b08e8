import type { AgentConfig } from '@minilens/wire/agent-config';
import { useQuery } from '@tanstack/react-query';
import { lazyRouteComponent } from '@tanstack/react-router';
import { type ReactNode, Suspense, useState } from 'react';
import { useCopy } from '../../appearance/appearance';
import { useApp } from '../../panels/app-context';
import { Button } from '../../panels/button';
import { Loading } from '../../panels/loading';
import { Panel } from '../../panels/panel';
import { Question } from '../../panels/question';
import { useFormat } from '../../panels/use-format';
import { useRole } from '../../panels/use-role';
import { agentConfig } from '../../query/settings';
import { SAMPLED_KINDS } from './agent-config-fields';

/** Forms are large, and most who look here change nothing. */
const AgentConfigForm = lazyRouteComponent(() => import('./agent-config-form'));

/** What agents that are already out are told to do. Editors may change it. */
export function AgentConfigPanel() {
  const { settings } = useCopy();
  const copy = settings.agentConfig;
  const { appid } = useApp();
  const mayChange = useRole() !== 'viewer';
  const [step, setStep] = useState<'fresh' | 'open' | 'cancelled' | 'saved'>('fresh');
  const answer = useQuery(agentConfig(appid));
  return (
    <Panel
      title={copy.title}
      hint={copy.hint}
      controls={
        mayChange &&
        answer.data &&
        step !== 'open' && (
          // The focus was in the form, which is gone.
          <Button isSmall autoFocus={step !== 'fresh'} onClick={() => setStep('open')}>
            {copy.change}
          </Button>
        )
      }
    >
      <Question of={answer} lines={3}>
        {({ version, values }) => (
          <div className="panel-text">
            {step === 'open' ? (
              <Suspense fallback={<Loading lines={8} />}>
                <AgentConfigForm
                  values={values}
                  onSaved={() => setStep('saved')}
                  onCancel={() => setStep('cancelled')}
                />
              </Suspense>
            ) : (
              <InForce version={version} values={values} />
            )}
            <p className="muted">
              <span role="status">{step === 'saved' && `${settings.data.saved} `}</span>
              {copy.effect}
            </p>
          </div>
        )}
      </Question>
    </Panel>
  );
}

function InForce({ version, values: { off, hookApis, sampling } }: { version: string; values: AgentConfig }) {
  const { settings } = useCopy();
  const copy = settings.agentConfig;
  const format = useFormat();
  if (version === '') return <p>{copy.none}</p>;
  const shares = SAMPLED_KINDS.flatMap((kind) => {
    const share = sampling?.[kind];
    return share === undefined ? [] : [`${copy.shares[kind]} ${format.percent(100 * share)}`];
  });
  const watched = (names: readonly string[]) => {
    if (names.includes('*')) return copy.interfaceChoices.all;
    return names.length === 0 ? copy.noInterface : <span className="mono">{names.join(' · ')}</span>;
  };
  const facts: [string, ReactNode][] = [
    [
      copy.agents,
      off ? (
        <span key="off" className="bad">
          {copy.off}
        </span>
      ) : (
        copy.on
      ),
    ],
    [copy.interfaces, hookApis ? watched(hookApis) : copy.interfaceChoices.app],
    [copy.sampling, shares.length === 0 ? copy.interfaceChoices.app : shares.join(' · ')],
    [
      copy.version,
      <span key="version" className="mono">
        {version}
      </span>,
    ],
  ];
  return (
    <dl className="rest">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
