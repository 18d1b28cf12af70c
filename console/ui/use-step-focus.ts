import { type FocusEvent, useEffect, useRef } from 'react';

/**
 * Moves the focus when a dialog replaces the step that had it. Otherwise, keyboard users would start again outside the
 * dialog. It goes to the element with `data-autofocus`, or else to the first field or button.
 *
 * @returns the handler for the dialog's focus events
 */
export function useStepFocus(): (event: FocusEvent) => void {
  const last = useRef<{ readonly dialog: Element; readonly element: Element }>(undefined);
  useEffect(() => {
    if (last.current === undefined || document.activeElement !== document.body) return;
    const { dialog, element } = last.current;
    if (element.isConnected || !dialog.isConnected) return;
    const next =
      dialog.querySelector('[data-autofocus]') ?? dialog.querySelector('form input, form textarea, form button');
    if (next instanceof HTMLElement) next.focus();
  });
  return ({ currentTarget, target }) => {
    last.current = { dialog: currentTarget, element: target };
  };
}
