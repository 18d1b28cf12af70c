import { expectAccessible } from './support/accessibility.ts';
import { expectNothingClipped, widths } from './support/clipping.ts';
import { expect, test } from './support/fixtures.ts';
import { takePicture } from './support/pictures.ts';

const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const otherPixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGPg5GAHAAA2ABlutSoqAAAAAElFTkSuQmCC';

test.beforeEach(async ({ console: page, bench }) => {
  await page.goto(`${bench.origin}/admin/playground`);
});

// Not `next`, because a retry with a refused credential would consume its entries.
test.afterEach(({ bench }) => bench.simulator.control.setDefault({}));

test('an answer streams in, with tokens and times, and the conversation continues', async ({
  console: page,
  bench,
}) => {
  bench.simulator.control.setDefault({ text: 'Streamed to the end.', chunks: 4 });
  await page.getByLabel('System prompt').fill('Be brief.');
  const message = page.getByRole('textbox', { name: 'Message' });
  await message.fill('Hello');
  await message.press('Enter');
  const answer = page.getByRole('article').last();
  await expect(answer).toContainText('Streamed to the end.');
  await expect(answer).toContainText(/first token after .+ in total .+ tokens in, .+ out/);
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
  await page.getByRole('button', { name: 'New chat' }).click();
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
  await expect(page.getByText('This is not a JSON array.')).toBeVisible();
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

test('an image can be attached', async ({ console: page, bench }) => {
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

test('a failure shows a message and can be retried', async ({ console: page, bench }) => {
  bench.simulator.control.setDefault({ status: 400 });
  const message = page.getByRole('textbox', { name: 'Message' });
  await message.fill('Hello');
  await message.press('Enter');
  await expect(page.getByRole('article').getByRole('alert')).toBeVisible();
  bench.simulator.control.setDefault({ text: 'Better now.' });
  await page.getByRole('article').getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('article')).toContainText('Better now.');
});

const hostile = [
  '# A title',
  'Some **bold** words, <img src="https://evil.example/x.png" onerror="alert(1)"> and <script>alert(2)</script>.',
  '![a picture](https://evil.example/track.png)',
  '[run](javascript:alert(3)) and [read](https://example.com/docs)',
  '',
  '| a | b |',
  '| - | - |',
  '| 1 | 2 |',
  '',
  '```python',
  'print("hello")',
  '```',
].join('\n');

test('Markdown is drawn, code is copied, and nothing in it runs or is fetched', async ({ console: page, bench }) => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  bench.simulator.control.setDefault({ text: hostile, chunks: 3 });
  const message = page.getByRole('textbox', { name: 'Message' });
  await message.fill('Show me');
  await message.press('Enter');
  const answer = page.getByRole('article');
  await expect(answer.getByRole('heading', { name: 'A title' })).toBeVisible();
  await expect(answer.locator('strong')).toHaveText('bold');
  await expect(answer.getByRole('cell', { name: '2' })).toBeVisible();
  // Raw HTML stays text. The fixture fails on any request to another origin.
  await expect(answer).toContainText('<script>alert(2)</script>');
  await expect(answer.locator('img, script')).toHaveCount(0);
  await expect(answer.getByRole('link', { name: 'run' })).toHaveCount(0);
  await expect(answer.getByRole('link', { name: 'read' })).toHaveAttribute('rel', /noreferrer/);
  await answer.getByRole('button', { name: 'Copy: python' }).click();
  await expect.poll(() => page.evaluate('navigator.clipboard.readText()')).toBe('print("hello")');
  await takePicture(page, 'playground-markdown');
  await expectAccessible(page);
});

test('a message is edited, an answer made again, its cost shown, its trace a click away', async ({
  console: page,
  bench,
}) => {
  // Slow enough that a busy browser does not read all chunks at once, which gives no speed.
  bench.simulator.control.setDefault({ text: 'First answer.', chunks: 8, pace: 250 });
  const message = page.getByRole('textbox', { name: 'Message' });
  await message.fill('One');
  await message.press('Enter');
  const answer = page.getByRole('article');
  await expect(answer).toContainText('First answer.');
  await expect(answer).toContainText(/tokens\/s/);
  await expect(answer).toContainText(/<?\$0\.0/);
  bench.simulator.control.setDefault({ text: 'Made again.' });
  await answer.getByRole('button', { name: 'Regenerate' }).click();
  await expect(answer).toContainText('Made again.');
  await expect(answer).toHaveCount(1);
  bench.simulator.control.setDefault({ text: 'To the changed one.' });
  const edit = page.getByRole('button', { name: 'Edit message' });
  await edit.click();
  await expect(page.getByRole('textbox', { name: 'Edit message' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(edit).toBeFocused();
  await edit.click();
  await page.getByRole('textbox', { name: 'Edit message' }).fill('Two');
  await page.getByRole('region', { name: 'Conversation' }).getByRole('button', { name: 'Send' }).click();
  await expect(answer).toContainText('To the changed one.');
  await expect(answer).toHaveCount(1);
  expect(JSON.stringify(bench.simulator.control.lastRequest())).toContain('Two');
  await answer.getByRole('link', { name: 'Trace' }).click();
  await expect(page).toHaveURL(/\/admin\/requests\?id=/);
  await expect(page.getByRole('dialog')).toBeVisible();
});

test('conversations are stored in the browser, continued, and deleted', async ({ console: page, bench }) => {
  bench.simulator.control.setDefault({ text: 'The capital is Paris.' });
  const message = page.getByRole('textbox', { name: 'Message' });
  await message.fill('What is the capital of France?');
  await message.press('Enter');
  await expect(page.getByRole('article')).toContainText('Paris');
  await page.reload();
  await expect(page.getByRole('article')).toHaveCount(0);
  await page.getByRole('button', { name: 'History' }).click();
  await page.getByRole('menuitem', { name: /What is the capital of France/ }).click();
  await expect(page.getByRole('article')).toContainText('Paris');
  bench.simulator.control.setDefault({ text: 'Two million.' });
  await message.fill('And how large is it?');
  await message.press('Enter');
  await expect(page.getByRole('article').last()).toContainText('Two million.');
  expect(JSON.stringify(bench.simulator.control.lastRequest())).toContain('capital of France');
  await page.getByRole('button', { name: 'History' }).click();
  await expect(page.getByRole('menuitem', { name: /What is the capital/ })).toHaveCount(1);
  await page.getByRole('menuitem', { name: 'Delete all' }).click();
  await expect(page.getByRole('button', { name: 'History' })).toBeDisabled();
  await expect.poll(() => page.evaluate(`localStorage.getItem('atlassian-proxy-talks')`)).toBeNull();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('button', { name: 'History' }).click();
  await expect(page.getByRole('menuitem', { name: /What is the capital/ })).toHaveCount(1);
});

test('a message may be sent before the models are loaded, and again if they cannot be', async ({
  console: page,
  bench,
}) => {
  bench.simulator.control.setDefault({ text: 'Worth the wait.' });
  const held = Promise.withResolvers<void>();
  await page.route('**/admin/api/connection', async (route) => {
    await held.promise;
    await route.continue();
  });
  await page.reload();
  const message = page.getByRole('textbox', { name: 'Message' });
  await message.fill('Hello');
  await message.press('Enter');
  await expect(page.getByRole('article')).toHaveCount(1);
  await expect(message).toHaveValue('');
  held.resolve();
  await expect(page.getByRole('article')).toContainText('Worth the wait.');

  await page.unroute('**/admin/api/connection');
  await page.route('**/admin/api/connection', (route) => route.abort());
  await page.reload();
  await message.fill('Hello again');
  await message.press('Enter');
  await expect(page.getByRole('article').getByRole('alert')).toContainText('does not respond');
  await page.unroute('**/admin/api/connection');
  await page.getByRole('article').getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('article')).toContainText('Worth the wait.');
});

test('two models answer side by side', async ({ console: page, bench }) => {
  bench.simulator.control.setDefault({ text: 'An answer.' });
  await page.getByRole('combobox', { name: 'Compare with' }).click();
  await page.getByRole('option', { name: 'google:gemini-2.0-flash-001' }).click();
  const message = page.getByRole('textbox', { name: 'Message' });
  await message.fill('Hello both');
  await message.press('Enter');
  await expect(page.getByRole('article')).toHaveCount(2);
  await expect(page.getByRole('article').nth(0)).toContainText('An answer.');
  await expect(page.getByRole('article').nth(1)).toContainText('google:gemini-2.0-flash-001');
  await expect(page.getByRole('article').nth(1)).toContainText('An answer.');
  await takePicture(page, 'playground-pair');
  await expectAccessible(page);
  for (const width of widths) {
    await page.setViewportSize({ width, height: 900 });
    await expectNothingClipped(page, `two models at ${width}`);
  }
});

test('images are pasted and dropped', async ({ console: page, bench }) => {
  const put = (kind: 'paste' | 'drop', base64: string) =>
    page.evaluate(`(() => {
      const bytes = Uint8Array.from(atob('${base64}'), (letter) => letter.charCodeAt(0));
      const transfer = new DataTransfer();
      transfer.items.add(new File([bytes], 'picture.png', { type: 'image/png' }));
      const options = { bubbles: true, cancelable: true };
      const event =
        '${kind}' === 'paste'
          ? new ClipboardEvent('paste', { ...options, clipboardData: transfer })
          : new DragEvent('drop', { ...options, dataTransfer: transfer });
      document.querySelector('textarea[aria-label="Message"]').dispatchEvent(event);
    })()`);
  await expect(page.getByRole('textbox', { name: 'Message' })).toBeVisible();
  await put('paste', pixel);
  await expect(page.getByRole('img', { name: 'Image sent with the message' })).toHaveCount(1);
  await put('drop', otherPixel);
  await expect(page.getByRole('img', { name: 'Image sent with the message' })).toHaveCount(2);
  await page.getByRole('textbox', { name: 'Message' }).press('Enter');
  await expect(page.getByRole('article')).toContainText(/tokens in/);
  expect(JSON.stringify(bench.simulator.control.lastRequest())).toContain(otherPixel);
});
