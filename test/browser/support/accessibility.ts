import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/**
 * Expects that axe finds no serious or critical problem on the current page.
 *
 * @param rules the only rules that are checked; default: all
 */
export async function expectAccessible(page: Page, rules?: readonly string[]): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    // Otherwise axe loads itself into a second page for frames of other origins. The console has no frames.
    .setLegacyMode()
    // Neither stylesheets fetched again nor CSS selectors of elements are used.
    .options({
      resultTypes: ['violations'],
      preload: false,
      selectors: false,
      ...(rules !== undefined && { runOnly: [...rules] }),
    })
    .analyze();
  const grave = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`),
    );
  expect(grave).toEqual([]);
}
