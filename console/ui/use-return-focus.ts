import { useEffect, useState } from 'react';

/**
 * Returns the focus to where it was before a dialog opened, once it closes or is unmounted. Mantine does so only for
 * dialogs that are mounted while closed.
 */
export function useReturnFocus(isOpen = true): void {
  const [before, setBefore] = useState<Element | null>(null);
  const [wasOpen, setWasOpen] = useState(false);
  if (isOpen !== wasOpen) {
    setWasOpen(isOpen);
    if (isOpen) setBefore(document.activeElement);
  }
  useEffect(() => {
    if (!isOpen) return;
    // When a dialog replaces another one, nothing has the focus while it renders. By now, the other dialog has returned
    // it.
    const isLost = before === null || before === document.body || !before.isConnected;
    const opener = isLost ? document.activeElement : before;
    return () => {
      if (opener instanceof HTMLElement) opener.focus({ preventScroll: true });
    };
  }, [isOpen, before]);
}
