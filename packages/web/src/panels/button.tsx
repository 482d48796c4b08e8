import { LoadingOutlined } from '@ant-design/icons';
import type { ComponentProps, ReactNode } from 'react';

interface ButtonProps extends ComponentProps<'button'> {
  look?: 'plain' | 'primary' | 'text' | 'link';
  icon?: ReactNode;
  isDanger?: boolean;
  isSmall?: boolean;
  /** As wide as its place. */
  isWide?: boolean;
  /** What it does is being done: it turns, and does nothing meanwhile. */
  isBusy?: boolean;
}

/** Plain elements: buttons stand in the first sight of every screen, which Ant Design's would keep waiting for its styles. */
export function Button({
  look = 'plain',
  icon,
  isDanger = false,
  isSmall = false,
  isWide = false,
  isBusy = false,
  type = 'button',
  className = '',
  onClick,
  children,
  ...rest
}: ButtonProps) {
  const looks = {
    'button-danger': isDanger,
    'button-small': isSmall,
    'button-wide': isWide,
    'button-busy': isBusy,
    'button-icon': children === undefined,
  };
  const names = Object.entries(looks).flatMap(([name, has]) => (has ? [name] : []));
  return (
    <button
      {...rest}
      type={type}
      className={['button', `button-${look}`, ...names, className].join(' ').trim()}
      aria-busy={isBusy || undefined}
      onClick={isBusy ? (event) => event.preventDefault() : onClick}
    >
      {isBusy ? <LoadingOutlined /> : icon}
      {children}
    </button>
  );
}
