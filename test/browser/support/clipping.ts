import { expect, type Page } from '@playwright/test';

/** Window widths at which nothing may be cut off, in pixels. */
export const widths = [360, 390, 820, 1024, 1280, 1440, 2560] as const;

/**
 * Finds elements cut off at the right edge of the window or a container: text and controls that reach beyond a parent
 * that hides or scrolls its overflow, except text with an ellipsis and containers that are meant to scroll
 * horizontally.
 */
export const findClipped = `(() => {
  const found = [];
  const isShown = (element) => {
    const { width, height } = element.getBoundingClientRect();
    return width > 0 && height > 0 && getComputedStyle(element).visibility !== 'hidden';
  };
  const clips = ({ overflowX }) => overflowX === 'hidden' || overflowX === 'clip' || overflowX === 'auto' || overflowX === 'scroll';
  const mayScroll = (element) => element.closest('pre, code, [data-scrolls-sideways], .mantine-Tabs-list, .recharts-wrapper') !== null;
  const root = document.documentElement;
  if (root.scrollWidth > window.innerWidth) found.push('the page is ' + (root.scrollWidth - window.innerWidth) + ' px too wide');
  for (const element of document.querySelectorAll('#content *, [role=dialog] *')) {
    const ownText = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== '');
    const isControl = element.matches('button, a, input, svg');
    if ((!ownText && !isControl) || !isShown(element) || mayScroll(element)) continue;
    if (element.closest('.visually-hidden, [aria-hidden=true]') && !isControl) continue;
    const box = element.getBoundingClientRect();
    for (let parent = element.parentElement; parent !== null && parent.id !== 'content'; parent = parent.parentElement) {
      const style = getComputedStyle(parent);
      if (style.textOverflow === 'ellipsis') break;
      const edge = parent.getBoundingClientRect();
      if (clips(style) && box.right > edge.right + 1 && edge.width > 1) {
        found.push(element.tagName + ' “' + element.textContent.trim().slice(0, 40) + '” by ' + Math.round(box.right - edge.right) + ' px');
        break;
      }
    }
  }
  return found.slice(0, 10);
})()`;

/** Finds column titles that break within a word. Without spaces, Chinese may break between any two characters. */
export const findBrokenTitles = `(() => {
  const found = [];
  for (const title of document.querySelectorAll('th')) {
    const texts = document.createTreeWalker(title, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const text = texts.currentNode;
      const range = document.createRange();
      range.selectNodeContents(text);
      if (!/\\s/.test(text.data) && range.getClientRects().length > 1) found.push(text.data);
    }
  }
  return found;
})()`;

/** Expects that nothing on the page is cut off at the right. */
export async function expectNothingClipped(page: Page, what: string): Promise<void> {
  // Elements that depend on the window width are re-rendered shortly after a resize.
  await expect.poll(() => page.evaluate(findClipped), { message: `${what}: cut off` }).toEqual([]);
}
