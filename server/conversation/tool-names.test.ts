import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isPlainIdentifier } from './plain-identifier.ts';
import { plainNameRule, ToolNames, toolNamesIn } from './tool-names.ts';

const namesOf = (...names: readonly string[]) => new ToolNames(names, plainNameRule);

describe('the names of tools', () => {
  test('names that the vendor accepts stay', () => {
    expect(namesOf('read_file', 'write-file').unchanged).toBe(true);
  });

  test('a rewritten name leaves the names of others alone', () => {
    const first = namesOf('a.b').toVendor('a.b');
    const names = namesOf('a.b', first);
    expect(names.toVendor(first)).toBe(first);
    expect(names.toClient(first)).toBe(first);
    expect(names.toClient(names.toVendor('a.b'))).toBe('a.b');
  });

  test('all names are valid, distinct, and lead back', () => {
    const name = fc.oneof(fc.constantFrom('a.b', 'a/b', 'a_b', 'n'.repeat(65)), fc.string({ minLength: 1 }));
    fc.assert(
      fc.property(fc.uniqueArray(name), (given) => {
        const names = namesOf(...given);
        const written = given.map((each) => names.toVendor(each));
        expect(written.every(isPlainIdentifier)).toBe(true);
        expect(new Set(written).size).toBe(given.length);
        expect(written.map((each) => names.toClient(each))).toEqual(given);
      }),
    );
  });

  test('are found everywhere in a request', () => {
    const tool = (name: string) => ({ type: 'function', name }) as const;
    const call = { type: 'tool-call', id: '1', name: 'called', arguments: '{}' } as const;
    const result = { type: 'tool-result', callId: '1', name: 'answered', parts: [] } as const;
    const messages = [
      { role: 'assistant', parts: [call] },
      { role: 'user', parts: [result] },
    ] as const;
    const choice = { type: 'allowed', mode: 'auto', names: ['allowed'] } as const;
    expect(toolNamesIn({ tools: [tool('declared')], messages, toolChoice: choice })).toEqual([
      'declared',
      'allowed',
      'called',
      'answered',
    ]);
  });

  test('come back in answers', () => {
    const start = { type: 'block-start', choice: 0, block: 0, kind: 'tool-call', id: '1' } as const;
    const names = namesOf('a.b');
    expect(names.restorer?.()([{ ...start, name: names.toVendor('a.b') }])).toEqual([{ ...start, name: 'a.b' }]);
    expect(namesOf('a').restorer).toBeUndefined();
  });
});
