import { join } from 'node:path';
import type { Page } from '@playwright/test';

const folder = join(import.meta.dirname, '../../../test-results/screens');

/** Saves a screenshot for review. */
export async function takePicture(page: Page, name: string, options: { fullPage?: boolean } = {}): Promise<void> {
  await page.screenshot({
    path: join(folder, `${name}.png`),
    fullPage: options.fullPage ?? false,
    animations: 'disabled',
  });
}
