import { type SyntheticEvent, useEffect, useId, useLayoutEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';

interface ExplainedProps {
  name: string;
  meaning: string | undefined;
  onClick?: (() => void) | undefined;
}

/** A name that says what it means when one points at it or reaches it with the keyboard, until one leaves or presses Escape. */
export function Explained({ name, meaning, onClick }: ExplainedProps) {
  const [place, setPlace] = useState<DOMRect>();
  const id = useId();
  const leave = () => setPlace(undefined);
  const isOpen = place !== undefined;
  useEffect(() => {
    if (!isOpen) return;
    // The focus may be anywhere, and a finger touches something else.
    const ended = new AbortController();
    const { signal } = ended;
    document.addEventListener('keydown', ({ key }) => key === 'Escape' && setPlace(undefined), { signal });
    document.addEventListener('pointerdown', () => setPlace(undefined), { signal });
    return () => ended.abort();
  }, [isOpen]);
  if (!meaning)
    return (
      <button type="button" className="plain" onClick={onClick}>
        {name}
      </button>
    );
  const say = ({ currentTarget }: SyntheticEvent) => setPlace(currentTarget.getBoundingClientRect());
  return (
    // What is said belongs to it for React, so that one may point at that too.
    // biome-ignore lint/a11y/noStaticElementInteractions: the button in it takes the focus and the keys
    <span
      onPointerEnter={say}
      // A finger that is lifted has not gone anywhere.
      onPointerLeave={({ pointerType }) => pointerType !== 'touch' && leave()}
      onFocus={say}
      onBlur={leave}
    >
      <button type="button" className="explained" aria-describedby={place && id} onClick={onClick}>
        {name}
      </button>
      {place && createPortal(<Meaning id={id} of={place} text={meaning} />, document.body)}
    </span>
  );
}

/** Of the window. Unit: px. */
const MARGIN = 8;

/** Above the name, below it where there is no room, and within the window. */
function Meaning({ id, of, text }: { id: string; of: DOMRect; text: string }) {
  const ref = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    const { width, height } = element.getBoundingClientRect();
    const left = Math.min(of.left + (of.width - width) / 2, document.documentElement.clientWidth - width - MARGIN);
    const top = of.top >= height + MARGIN ? of.top - height : of.bottom;
    element.style.left = `${Math.max(left, MARGIN) + scrollX}px`;
    element.style.top = `${top + scrollY}px`;
  }, [of]);
  return (
    <div ref={ref} id={id} className="meaning" role="tooltip">
      <div>{text}</div>
    </div>
  );
}
