import { useEffect, useState } from 'react';

/**
 * Returns the focus to where it was before a dialog that is open from its first render until it is unmounted. For
 * dialogs that close while they stay mounted, Mantine does so.
 */
export function useReturnFocus(isOpen = true): void {
  const [before] = useState(() => (isOpen ? document.activeElement : null));
  useEffect(() => {
    if (before === null) return;
    // A dialog that replaces another finds no focus when it renders. The other one has returned it by now.
    const isLost = before === document.body || !before.isConnected;
    const opener = isLost ? document.activeElement : before;
    return () => {
      if (opener instanceof HTMLElement) opener.focus({ preventScroll: true });
    };
  }, [before]);
}
