import { useEffect, useState } from 'react';

/** The time, moving on every minute: presets roll over at midnight on a screen that is left open. Unit: ms. */
export function useNow(stepMs = 60_000): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), stepMs);
    return () => clearInterval(timer);
  }, [stepMs]);
  return now;
}
