import { LeftOutlined, RightOutlined } from '@ant-design/icons';
import { useCopy } from '../appearance/appearance';
import { MAX_OFFSET } from '../query/asked';
import { Button } from './button';
import { useFormat } from './use-format';

interface PagerProps {
  page: number;
  pageSize: number;
  /** Records are counted to `MAX_OFFSET`, which stands for more too. */
  total: number;
  /** How many rows can be paged to at all. Unit: rows. */
  reachable?: number;
  onPage: (page: number | undefined) => void;
}

/** Which rows of how many, and the way to the next ones. The first page is `undefined`: it is not in the address. */
export function Pager({ page, pageSize, total, reachable = total, onPage }: PagerProps) {
  const { pager } = useCopy();
  const format = useFormat();
  const first = (page - 1) * pageSize + 1;
  const last = Math.min(total, page * pageSize);
  const counted = `${format.count(total)}${total === MAX_OFFSET ? '+' : ''}`;
  const hasNext = page * pageSize < Math.min(total, reachable);
  return (
    <nav className="pager" aria-label={pager.label}>
      <span className="muted">{pager.rows(format.count(Math.min(first, last)), format.count(last), counted)}</span>
      <Button
        icon={<LeftOutlined />}
        aria-label={pager.previous}
        disabled={page === 1}
        onClick={() => onPage(page === 2 ? undefined : page - 1)}
      />
      <Button icon={<RightOutlined />} aria-label={pager.next} disabled={!hasNext} onClick={() => onPage(page + 1)} />
    </nav>
  );
}
