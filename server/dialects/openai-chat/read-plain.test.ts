import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TranslationLog } from '../../conversation/translation.ts';
import { decodeMessages } from './decode-message.ts';
import { decodeTools } from './decode-tools.ts';
import { readPlainMessage, readPlainTool } from './read-plain.ts';
import { arbitraryMessage, arbitraryTool } from './testing/arbitrary-requests.ts';

describe('the fast reader agrees with the schemas', () => {
  test('of messages', { timeout: 20_000 }, () => {
    let read = 0;
    fc.assert(
      fc.property(arbitraryMessage, (value) => {
        const plain = readPlainMessage(value);
        if (plain === undefined) return;
        read += 1;
        const notes = new TranslationLog();
        // A member without meaning makes the schemas decode the message.
        const decoded = decodeMessages([{ ...Object(value), meaningless: null }], notes);
        expect(decoded).toEqual({ messages: [plain], plain: false });
        expect(notes.list()).toEqual([]);
      }),
      { numRuns: 1000 },
    );
    expect(read).toBeGreaterThan(150);
  });

  test('of tools', { timeout: 20_000 }, () => {
    fc.assert(
      fc.property(arbitraryTool, (value) => {
        const plain = readPlainTool(value);
        if (plain === undefined) return;
        const notes = new TranslationLog();
        const first = decodeTools({ tools: [value] }, undefined, notes);
        const second = decodeTools({ tools: [{ ...Object(value), meaningless: null }] }, undefined, notes);
        expect(second.tools).toEqual(first.tools);
        expect(second.plain).toBe(false);
        expect(notes.list()).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});

describe('only forms that can be sent unchanged are plain', () => {
  test.each([
    ['an empty assistant content', { role: 'assistant', content: '' }],
    ['an empty content beside calls', { role: 'assistant', content: '', tool_calls: [call({})] }],
    ['a missing content beside calls', { role: 'assistant', tool_calls: [call({})] }],
    ['a null refusal', { role: 'assistant', content: 'a', refusal: null }],
    ['no calls', { role: 'assistant', content: 'a', tool_calls: [] }],
    ['a call without type', { role: 'assistant', content: null, tool_calls: [call({ type: undefined, index: 0 })] }],
    [
      'empty arguments',
      { role: 'assistant', content: null, tool_calls: [call({ function: { name: 'f', arguments: '' } })] },
    ],
    ['a cache mark', { role: 'user', content: [{ type: 'text', text: 'a', cache_control: {} }] }],
    ['an image as a string', { role: 'user', content: [{ type: 'image_url', image_url: 'data:,' }] }],
    ['no parts', { role: 'user', content: [] }],
    ['a null name', { role: 'user', content: 'a', name: null }],
    ['an image in a system message', { role: 'system', content: [{ type: 'image_url', image_url: { url: 'a' } }] }],
    ['an unknown role', { role: 'other', content: 'a' }],
    ['an array', []],
  ])('not %s', (_name, value) => {
    expect(readPlainMessage(value)).toBeUndefined();
  });
});

function call(change: object): object {
  return { id: 'a', type: 'function', function: { name: 'f', arguments: '{}' }, ...change };
}
