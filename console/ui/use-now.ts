import { useEffect, useState } from 'react';

/** The current time, updated every `interval` milliseconds while the page is visible. */
export function useNow(interval = 1000): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') setNow(Date.now());
    }, interval);
    return () => clearInterval(timer);
  }, [interval]);
  return now;
}
