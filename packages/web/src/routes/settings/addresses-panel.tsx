import { useQuery } from '@tanstack/react-query';
import { useCopy } from '../../appearance/appearance';
import { useApp } from '../../panels/app-context';
import { Panel } from '../../panels/panel';
import { Question } from '../../panels/question';
import { appAccess } from '../../query/access';
import { AddressesForm } from './addresses-form';

export function AddressesPanel() {
  const { addresses: copy } = useCopy().settings;
  const answer = useQuery(appAccess(useApp().appid));
  return (
    <Panel title={copy.title}>
      <Question of={answer} lines={3}>
        {({ addresses }) => (
          <div className="panel-text">
            <p className="muted">{copy.why}</p>
            <AddressesForm addresses={addresses} />
          </div>
        )}
      </Question>
    </Panel>
  );
}
