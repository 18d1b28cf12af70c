import { describe, expect, test } from 'vitest';
import { measureProcessorTime } from '../lib/testing/processor-time.ts';
import { measureInput } from './measure-input.ts';
import type { Part } from './message.ts';

const measure = (...parts: readonly Part[]) => measureInput({ messages: [{ role: 'user', parts }], tools: [] });
const ofText = (text: string) => measure({ type: 'text', text });
const sum = (given: ReturnType<typeof measureInput>) =>
  given.words + given.letters + given.ideographs + given.digits + given.signs + given.signRuns + given.blanks;

describe('texts', () => {
  test.each([
    ['', 0, 0],
    ['The quick brown fox jumps over the lazy dog.', 9, 12],
    ['你好，世界！', 4, 6],
    ['const total = items.reduce((sum, item) => sum + item.price * 1.19, 0);', 18, 28],
    ['{"city":"Zürich","days":[1,2,3]}', 10, 20],
    [' '.repeat(41), 9, 11],
    ['🔐', 1, 2],
  ])('%j has about so many tokens', (text, least, most) => {
    const tokens = sum(ofText(text));
    expect(tokens).toBeGreaterThanOrEqual(least);
    expect(tokens).toBeLessThanOrEqual(most);
  });

  test('count wherever they are', () => {
    const text = 'some words';
    const alone = sum(ofText(text));
    const parts: Part[] = [
      { type: 'reasoning', text },
      { type: 'tool-result', callId: 'c', parts: [{ type: 'text', text }] },
      { type: 'document', source: { type: 'text', text, mediaType: 'text/plain' } },
      { type: 'document', source: { type: 'parts', parts: [{ type: 'text', text }] } },
    ];
    for (const part of parts) expect(sum(measure(part))).toBeCloseTo(alone);
    const call = measure({ type: 'tool-call', id: 'c', name: 'some', arguments: 'words' });
    expect(call.words).toBe(ofText(text).words);
    expect(call.calls).toBeGreaterThan(0);
  });

  test('megabytes of text are measured quickly', () => {
    const text = 'lorem ipsum 123 {}\n'.repeat(100_000);
    expect(measureProcessorTime(() => ofText(text))).toBeLessThan(1000);
  });
});

test('tools', () => {
  const { tools, toolUse } = measureInput({
    messages: [],
    tools: [
      { type: 'function', name: 'f', description: 'Does it', parameters: { type: 'object', properties: {} } },
      { type: 'vendor', dialect: 'd', name: 'search', value: { type: 'search' } },
    ],
  });
  expect(tools).toBeGreaterThan(15);
  expect(toolUse).toBeGreaterThan(0);
});

describe('media', () => {
  test('images by their size, if it is known', () => {
    const png = Buffer.alloc(32);
    png.write('\x89PNG\r\n\x1a\n', 0, 'latin1');
    png.writeUInt32BE(300, 16);
    png.writeUInt32BE(300, 20);
    const source = { type: 'base64', mediaType: 'image/png', data: png.toString('base64') } as const;
    expect(measure({ type: 'image', source }).imageArea).toBe(120);
    const byUrl = { type: 'url', url: 'https://x' } as const;
    expect(measure({ type: 'image', source: byUrl }).imageArea).toBeCloseTo(1333, 0);
    expect(measure({ type: 'image', source: byUrl, detail: 'low' })).toMatchObject({ imageArea: 0, images: 85 });
  });

  test('documents and audio by their length', () => {
    const source = { type: 'base64', mediaType: 'application/pdf', data: 'A'.repeat(80_000) } as const;
    expect(measure({ type: 'document', source }).documents).toBe(3000);
    expect(measure({ type: 'audio', source }).documents).toBe(3000);
  });
});
