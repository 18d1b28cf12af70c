import { describe, expect, test } from 'vitest';
import type { ProvenCall } from '../conversation/proven-calls.ts';
import { createProofMemory, type SharedProofs } from './proof-memory.ts';

const callOf = (text: string): ProvenCall => ({
  reasoning: [{ type: 'reasoning', text, proof: { dialect: 'd', value: 'v' } }],
  beforeText: 1,
});
const one = (id: string, text = id) => new Map([[id, callOf(text)]]);
const hour = 3_600_000;

describe('the memory of proofs', () => {
  test('returns each owner’s own proofs, for hours after their last use', () => {
    let now = 0;
    const memory = createProofMemory({ clock: () => now });
    memory.remember('mine', one('a'));
    expect(memory.recall('mine', 'a')).toEqual(callOf('a'));
    expect(memory.recall('yours', 'a')).toBeUndefined();
    now += 5 * hour;
    expect(memory.recall('mine', 'a')).toEqual(callOf('a'));
    now += 5 * hour;
    expect(memory.recall('mine', 'a')).toEqual(callOf('a'));
    now += 6 * hour;
    expect(memory.recall('mine', 'a')).toBeUndefined();
  });

  test('is bounded: the least recently used entry is evicted first', () => {
    const memory = createProofMemory({ clock: () => 0, capacity: 20_000 });
    for (const owner of ['x', 'y']) {
      for (let index = 0; index < 200; index += 1) {
        memory.remember(owner, one(`${owner}${index}`));
        // Used all the time.
        expect(memory.recall(owner, `${owner}0`)).toBeDefined();
      }
    }
    const known = (owner: string) =>
      Array.from({ length: 200 }, (_, index) => memory.recall(owner, `${owner}${index}`)).filter(Boolean).length;
    expect(known('y')).toBeGreaterThan(5);
    expect(known('y')).toBeLessThan(40);
  });

  test('no owner can fill it alone', () => {
    const memory = createProofMemory({ clock: () => 0, capacity: 20_000 });
    memory.remember('quiet', one('a'));
    for (let index = 0; index < 500; index += 1) memory.remember('loud', one(`b${index}`));
    expect(memory.recall('quiet', 'a')).toBeDefined();
    memory.remember('loud', one('huge', 'x'.repeat(2_000_000)));
    expect(memory.recall('loud', 'huge')).toBeUndefined();
    expect(memory.recall('loud', 'b499')).toBeDefined();
  });

  test('is shared between processes', async () => {
    const texts = new Map<string, string>();
    const asked: (readonly string[])[] = [];
    const shared: SharedProofs = {
      write: (owner, id, text) => void texts.set(`${owner} ${id}`, text),
      read: async (owner, ids) => {
        asked.push(ids);
        return ids.map((id) => texts.get(`${owner} ${id}`));
      },
    };
    let now = 0;
    const [here, there] = [
      createProofMemory({ clock: () => now, shared }),
      createProofMemory({ clock: () => now, shared }),
    ];
    here.remember('mine', one('a'));
    expect(here.fetch('mine', ['a'])).toBeUndefined();
    expect(there.recall('mine', 'a')).toBeUndefined();
    await there.fetch('mine', ['a', 'b']);
    expect(there.recall('mine', 'a')).toEqual(callOf('a'));
    expect(asked).toEqual([['a', 'b']]);
    expect(createProofMemory({ clock: () => 0 }).fetch('mine', ['a'])).toBeUndefined();
    // Forgotten here, but another process may have used it since.
    now += 7 * hour;
    await here.fetch('mine', ['a']);
    expect(here.recall('mine', 'a')).toEqual(callOf('a'));
  });
});
