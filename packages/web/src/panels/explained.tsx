import { Tooltip } from 'antd';

interface ExplainedProps {
  name: string;
  meaning: string | undefined;
  onClick?: (() => void) | undefined;
}

/** A name that says what it means when one points at it or reaches it with the keyboard. */
export function Explained({ name, meaning, onClick }: ExplainedProps) {
  const button = (
    <button type="button" className={meaning ? 'explained' : 'plain'} onClick={onClick}>
      {name}
    </button>
  );
  return meaning ? (
    <Tooltip title={meaning} trigger={['hover', 'focus']}>
      {button}
    </Tooltip>
  ) : (
    button
  );
}
