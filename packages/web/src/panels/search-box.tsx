import { type ReactNode, useEffect, useState } from 'react';

/** How long typing must rest before it counts. Unit: ms. */
const REST_MS = 300;

interface SearchBoxProps {
  label: string;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
  icon?: ReactNode;
  maxLength?: number;
}

/** A filter that is typed. The address owns the value; the box only holds what has not rested yet. */
export function SearchBox({ label, value = '', onChange, icon, maxLength }: SearchBoxProps) {
  const [typed, setTyped] = useState(value);
  const [owned, setOwned] = useState(value);
  if (owned !== value) {
    setOwned(value);
    setTyped(value);
  }
  const commit = (text: string) => {
    if (text.trim() !== value) onChange(text.trim() || undefined);
  };
  useEffect(() => {
    if (typed.trim() === value) return;
    const timer = setTimeout(() => onChange(typed.trim() || undefined), REST_MS);
    return () => clearTimeout(timer);
  }, [typed, value, onChange]);

  return (
    <span className="search-box">
      {icon}
      <input
        type="search"
        aria-label={label}
        placeholder={label}
        maxLength={maxLength}
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
        // Enter may also choose a word of an input method.
        onKeyDown={({ key, nativeEvent }) => key === 'Enter' && !nativeEvent.isComposing && commit(typed)}
      />
    </span>
  );
}
