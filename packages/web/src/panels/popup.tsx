import { type ComponentProps, type ReactNode, type ToggleEvent, useId, useRef, useState } from 'react';
import { Button } from './button';

interface PopupProps {
  button: ComponentProps<typeof Button>;
  /** Absent for a menu. */
  className?: string;
  children: (close: () => void) => ReactNode;
}

/** Of the window. Unit: px. */
const MARGIN = 8;

/** A button and what it opens: above everything else, until one chooses, clicks elsewhere or presses Escape. */
export function Popup({ button, className = 'menu', children }: PopupProps) {
  const id = useId();
  const opener = useRef<HTMLButtonElement>(null);
  const popup = useRef<HTMLDivElement>(null);
  const [isOpen, setOpen] = useState(false);

  /** Below the button, from the edge of it that is nearer to that of the window. */
  const open = ({ newState, currentTarget: { style } }: ToggleEvent<HTMLDivElement>) => {
    if (newState === 'closed' || !opener.current) return;
    setOpen(true);
    const { left, right, bottom } = opener.current.getBoundingClientRect();
    const width = document.documentElement.clientWidth;
    const isLeft = left < width - right;
    style.top = `${bottom + scrollY}px`;
    style.left = isLeft ? `${left}px` : 'auto';
    style.right = isLeft ? 'auto' : `${width - right}px`;
  };

  /** Once it can be measured, where that edge leaves too little room. */
  const moveIn = ({ style, offsetWidth, offsetLeft }: HTMLDivElement) => {
    const most = document.documentElement.clientWidth - MARGIN - offsetWidth;
    if (offsetLeft <= most && offsetLeft >= MARGIN) return;
    style.right = 'auto';
    style.left = `${Math.max(MARGIN, Math.min(offsetLeft, most))}px`;
  };

  return (
    <>
      <Button ref={opener} popoverTarget={id} {...button} />
      <div
        ref={popup}
        id={id}
        popover="auto"
        className={`popup ${className}`}
        onBeforeToggle={open}
        onToggle={({ newState, currentTarget }) => {
          if (newState === 'open') moveIn(currentTarget);
          // Not before it is closed: the focus goes back to the button from what is in it.
          else setOpen(false);
        }}
      >
        {isOpen && children(() => popup.current?.hidePopover())}
      </div>
    </>
  );
}
