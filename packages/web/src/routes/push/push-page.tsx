import { SettingOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useCopy } from '../../appearance/appearance';
import { useApp } from '../../panels/app-context';
import { CoveredHours } from '../../panels/covered-hours';
import { Question } from '../../panels/question';
import { RangePicker } from '../../panels/range-picker';
import { useChange } from '../../panels/use-change';
import { useTitle } from '../../panels/use-title';
import { pushReport } from '../../query/push';
import { askedRange, chosenRange, searchOfRange } from '../../range/range-choice';
import { useNow } from '../../range/use-now';
import type { PushSearch } from '../address';
import { DeliveriesPanel } from './deliveries-panel';
import { HostTable } from './host-table';
import { KeyFigures } from './key-figures';
import { KindsPanel } from './kinds-panel';
import { MessageSheet } from './message-sheet';
import { MessageTypeTable } from './message-type-table';
import { NoDeliveries } from './no-deliveries';
import { TrendPanel } from './trend-panel';

const route = getRouteApi('/signed-in/apps/$app/push');

/** How the owner's server answers WeChat's message push. */
export function PushPage() {
  const { push } = useCopy();
  const app = useApp();
  const address = route.useSearch();
  const nowMs = useNow();
  const choice = chosenRange(address);
  const asked = askedRange(choice, app.timezone, nowMs);
  const report = useQuery(pushReport(app.appid, asked));
  useTitle(push.title, app.name);

  const change = useChange<PushSearch>();

  return (
    <>
      <div className="page-head">
        <h1>{push.title}</h1>
        <div className="page-controls">
          <RangePicker value={choice} onChange={(picked) => change({ ...searchOfRange(picked), page: undefined })} />
          <Link className="settings-link" to="/apps/$app/push/settings" params={{ app: app.appid }}>
            <SettingOutlined /> {push.settings}
          </Link>
        </div>
      </div>
      <Question of={report} lines={12}>
        {(answer) =>
          answer.summary.callback_count === 0 ? (
            <NoDeliveries appid={app.appid} />
          ) : (
            <>
              <CoveredHours range={answer.range} />
              <KeyFigures report={answer} />
              <TrendPanel report={answer} view={address.view} nowMs={nowMs} onChange={change} />
              <KindsPanel report={answer} />
              <div className="pair">
                <MessageTypeTable messages={answer.messages} />
                <HostTable hosts={answer.hosts} />
              </div>
              <DeliveriesPanel report={answer} asked={asked} address={address} onChange={change} />
              {address.message && (
                <MessageSheet
                  key={address.message}
                  messageKey={address.message}
                  range={answer.range}
                  onClose={() => change({ message: undefined })}
                />
              )}
            </>
          )
        }
      </Question>
    </>
  );
}
