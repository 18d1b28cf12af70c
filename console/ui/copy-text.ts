/**
 * Copies text to the clipboard. The clipboard API exists on https and localhost only; a gateway on a plain
 * http address in the local network falls back to a hidden selection.
 * @returns whether it was copied
 */
export async function copyText(text: string): Promise<boolean> {
  if (window.isSecureContext) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // Permission refused: the selection below may still be allowed.
    }
  }
  const area = document.createElement('textarea');
  area.value = text;
  area.style.position = 'fixed';
  area.style.opacity = '0';
  const previous = document.activeElement;
  // Inside an open dialog, whose focus trap would take the focus back otherwise.
  (previous?.closest('[role="dialog"]') ?? document.body).append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  if (previous instanceof HTMLElement) previous.focus();
  return done;
}
