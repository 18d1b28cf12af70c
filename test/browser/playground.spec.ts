import { expectAccessible } from './support/accessibility.ts';
import { expect, test } from './support/fixtures.ts';
import { takePicture } from './support/pictures.ts';

const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

test.beforeEach(async ({ console: page, bench }) => {
  await page.goto(`${bench.origin}/admin/playground`);
});

// Not `next`: a credential that is tried again after a while, and refused, would take what it holds.
test.afterEach(({ bench }) => bench.simulator.control.setDefault({}));

test('an answer streams in, with tokens and times, and the talk goes on', async ({ console: page, bench }) => {
  bench.simulator.control.setDefault({ text: 'Streamed to the end.', chunks: 4 });
  await page.getByLabel('System prompt').fill('Be brief.');
  const message = page.getByRole('textbox', { name: 'Message' });
  await message.fill('Hello');
  await message.press('Enter');
  const answer = page.getByRole('article').last();
  await expect(answer).toContainText('Streamed to the end.');
  await expect(answer).toContainText(/first token after .+ in all .+ tokens in, .+ out/);
  await takePicture(page, 'playground-answer');
  await expectAccessible(page);

  bench.simulator.control.setDefault({ text: 'Second answer.' });
  await message.fill('And now?');
  await page.getByRole('button', { name: 'Send' }).click();
  await expect(page.getByRole('article').last()).toContainText('Second answer.');
  await expect(page.getByRole('article')).toHaveCount(2);

  await page.getByRole('button', { name: 'Copy as code' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('region', { name: 'curl' })).toContainText('"Be brief."');
  await dialog.getByRole('tab', { name: 'Python' }).click();
  await expect(dialog.getByRole('region', { name: 'Python' })).toContainText('from openai import OpenAI');
  await dialog.getByRole('tab', { name: 'TypeScript' }).click();
  await expect(dialog.getByRole('region', { name: 'TypeScript' })).toContainText('Second answer.');
  await takePicture(page, 'dialog-code');
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Start over' }).click();
  await expect(page.getByRole('article')).toHaveCount(0);
});

test('stop ends the answer and the upstream call', async ({ console: page, bench }) => {
  bench.simulator.control.setDefault({ text: 'word '.repeat(200), chunks: 200, pace: 100 });
  const message = page.getByRole('textbox', { name: 'Message' });
  await message.fill('Talk for long');
  await message.press('Enter');
  await expect(page.getByRole('article')).toContainText('word word');
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect(page.getByRole('article')).toContainText('stopped');
  await bench.simulator.control.waitForOutcome('aborted-by-client');
});

test('tool calls show, and their results go back', async ({ console: page, bench }) => {
  const tools = [{ type: 'function', function: { name: 'weather', parameters: { type: 'object', properties: {} } } }];
  await page.getByLabel('Tools').fill('[');
  await expect(page.getByText('This is no JSON array.')).toBeVisible();
  await page.getByLabel('Tools').fill(JSON.stringify(tools));
  bench.simulator.control.setDefault({ 'tool-calls': 'always' });
  const message = page.getByRole('textbox', { name: 'Message' });
  await message.fill('Weather?');
  await message.press('Enter');
  await expect(page.getByText('Calls weather')).toBeVisible();
  await takePicture(page, 'playground-tools');
  bench.simulator.control.setDefault({ 'tool-calls': 'never', text: 'It is sunny.' });
  await page.getByLabel('Result of weather').fill('sunny');
  await page.getByRole('button', { name: 'Send results' }).click();
  await expect(page.getByRole('article').last()).toContainText('It is sunny.');
  expect(JSON.stringify(bench.simulator.control.lastRequest())).toContain('sunny');
});

test('an image goes along', async ({ console: page, bench }) => {
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'pixel.png', mimeType: 'image/png', buffer: Buffer.from(pixel, 'base64') });
  await expect(page.getByRole('img', { name: 'Image sent with the message' })).toBeVisible();
  const message = page.getByRole('textbox', { name: 'Message' });
  await message.fill('What is this?');
  await message.press('Enter');
  await expect(page.getByRole('article')).toContainText(/tokens in/);
  expect(JSON.stringify(bench.simulator.control.lastRequest())).toContain(pixel);
});

test('a failure is told in words, and can be tried again', async ({ console: page, bench }) => {
  bench.simulator.control.setDefault({ status: 400 });
  const message = page.getByRole('textbox', { name: 'Message' });
  await message.fill('Hello');
  await message.press('Enter');
  await expect(page.getByRole('article').getByRole('alert')).toBeVisible();
  bench.simulator.control.setDefault({ text: 'Better now.' });
  await page.getByRole('article').getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('article')).toHaveText(/Better now\./);
});
