import { Input } from 'antd';
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
    <Input
      className="search-box"
      allowClear
      aria-label={label}
      placeholder={label}
      prefix={icon}
      {...(maxLength ? { maxLength } : {})}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
      onPressEnter={(event) => commit(event.currentTarget.value)}
    />
  );
}
