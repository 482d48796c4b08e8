import { useQuery } from '@tanstack/react-query';
import { useCopy } from '../../appearance/appearance';
import { askedFilters } from '../../filters/filter-search';
import { Notice } from '../../panels/notice';
import { Question } from '../../panels/question';
import { Segmented } from '../../panels/segmented';
import { retention } from '../../query/visits';
import { GrainChoice } from './grain-choice';
import { cohortRows } from './retained-rates';
import { RetentionGrid } from './retention-grid';
import { useVisits } from './use-visits';
import type { VisitTabProps } from './visits-page';

/** Of those who came, how many came again. */
export function RetentionTab({ address, onChange }: VisitTabProps) {
  const { visits } = useCopy();
  const { app, asked } = useVisits(address);
  const { by = 'day', who } = address;
  const answer = useQuery(retention(app.appid, asked, by));
  return (
    <>
      <div className="tab-controls">
        <GrainChoice by={address.by} standard="day" onChange={onChange} />
        <Segmented<'all' | 'new'>
          label={visits.who}
          value={who ?? 'all'}
          options={[
            { value: 'all', label: visits.everyone },
            { value: 'new', label: visits.newcomers },
          ]}
          onChange={(picked) => onChange({ who: picked === 'new' ? 'new' : undefined })}
        />
      </div>
      {askedFilters(address) && <p className="muted covered">{visits.retentionUnfiltered}</p>}
      <Question of={answer} lines={10}>
        {(retained) => {
          const rows = cohortRows(retained, who === 'new' ? 'retained_uv_new' : 'retained_uv');
          return rows.length === 0 ? (
            <div className="panel">
              <Notice title={visits.noCohortsTitle}>{visits.noCohorts}</Notice>
            </div>
          ) : (
            <RetentionGrid rows={rows} unit={retained.unit} who={who} />
          );
        }}
      </Question>
    </>
  );
}
