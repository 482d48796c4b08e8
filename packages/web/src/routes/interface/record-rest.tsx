import type { CallRecord } from '@minilens/wire/records';
import type { ReactNode } from 'react';
import { useCopy } from '../../appearance/appearance';
import { SessionLink } from '../../panels/records/links';

/** What the row has no room for. */
export function RecordRest({ record }: { record: CallRecord }) {
  const { records: copy, common } = useCopy();
  const parts: [string, ReactNode][] = [
    [copy.code, record.errCode],
    [copy.network, record.network],
    [copy.wechat, record.wechat],
    [copy.sdk, record.sdk],
    [copy.system, [record.platform, record.system].filter(Boolean).join(' · ')],
    [copy.session, <SessionLink key="session" session={record.session} />],
    [copy.sequence, record.n],
  ];
  return (
    <dl className="rest">
      {parts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value === null || value === '' ? common.none : value}</dd>
        </div>
      ))}
    </dl>
  );
}
