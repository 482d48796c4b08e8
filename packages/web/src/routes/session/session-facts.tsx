import type { SessionRecord } from '@minilens/wire/records';
import { useCopy } from '../../appearance/appearance';
import { Figure } from '../../panels/figure';
import { Figures } from '../../panels/figures';
import { filterWord } from '../../panels/filter-bar';
import { Panel } from '../../panels/panel';
import { UserLink } from '../../panels/records/links';
import { useFormat } from '../../panels/use-format';

/** How much one session did and how much of it failed, and on which device. */
export function SessionFacts({ session }: { session: SessionRecord }) {
  const { people, common, filter } = useCopy();
  const format = useFormat();
  const counts = ['events', 'pages', 'calls', 'failedCalls', 'requests', 'failedRequests', 'errors'] as const;
  const isBad = (name: (typeof counts)[number]) =>
    (name === 'failedCalls' || name === 'failedRequests' || name === 'errors') && session[name] > 0;
  const device: [string, React.ReactNode][] = [
    [people.user, <UserLink key="user" user={session.user} />],
    [people.openid, session.openid && <span className="mono">{session.openid}</span>],
    [filter.name.version, session.version],
    [filter.name.env, session.env && filterWord('env', session.env, filter)],
    [people.device, [session.model, session.system].filter(Boolean).join(' · ')],
    [filter.name.platform, session.platform],
    [filter.name.wechat, session.wechat],
    [filter.name.sdk, session.sdk],
    [filter.name.network, session.network],
    [people.scene, session.scene || ''],
    [people.entry, session.entry && <span className="mono">{session.entry}</span>],
  ];
  return (
    <>
      <Figures label={people.figures}>
        <Figure name={people.figure.stay} meaning={people.meaning.stay}>
          {format.value(session.stayMs / 1_000, 'seconds')}
        </Figure>
        {counts.map((name) => (
          <Figure key={name} name={people.figure[name]} meaning={people.meaning[name]} isBad={isBad(name)}>
            {format.count(session[name])}
          </Figure>
        ))}
      </Figures>
      <Panel title={people.deviceTitle} hint={people.deviceHint}>
        <dl className="rest facts">
          {device.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value || common.none}</dd>
            </div>
          ))}
        </dl>
      </Panel>
    </>
  );
}
