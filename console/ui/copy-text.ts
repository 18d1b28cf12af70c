/**
 * Copies text to the clipboard. The clipboard API exists only on https and localhost; on a plain
 * http address in the local network, this falls back to a hidden selection.
 * @returns whether it was copied
 */
export async function copyText(text: string): Promise<boolean> {
  if (window.isSecureContext) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // Permission denied: try the fallback below.
    }
  }
  const area = document.createElement('textarea');
  area.value = text;
  area.style.position = 'fixed';
  area.style.opacity = '0';
  const previous = document.activeElement;
  // Append inside the open dialog; otherwise its focus trap would take the focus back.
  (previous?.closest('[role="dialog"]') ?? document.body).append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  if (previous instanceof HTMLElement) previous.focus();
  return done;
}
