import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type PromptBlock, plainBlock } from '../tokens/prompt-block.ts';
import { PrefixStore } from './prefix-store.ts';
import { type CacheVisit, PromptCache } from './prompt-cache.ts';
import type { CacheTerms } from './terms.ts';

const explicit: CacheTerms = { kind: 'explicit', minimum: 1000 };
const automatic: CacheTerms = { kind: 'automatic', minimum: 1024, step: 128, key: '', needsKey: false };

const plain = (content: string): PromptBlock => plainBlock(content, 600);
const marked = (content: string): PromptBlock => ({ ...plain(content), breakpoint: { seconds: 300 } });

function visit(blocks: readonly PromptBlock[], over: Partial<CacheVisit> = {}): CacheVisit {
  const place = { email: 'a@b.c', route: 'vertex-anthropic', model: 'claude-sonnet-4@20250514', conversation: 'c' };
  return { ...place, blocks, terms: explicit, seconds: 300, now: 0, ...over };
}

describe('breakpoints', () => {
  test('write once, and are read afterwards', () => {
    const cache = new PromptCache();
    const blocks = [plain('a'), marked('b'), plain('c')];
    expect(cache.visit(visit(blocks))).toMatchObject({ input: 1800, read: 0, written: 1200 });
    expect(cache.visit(visit(blocks))).toMatchObject({ input: 1800, read: 1200, written: 0 });
  });

  test('move on with the conversation', () => {
    const cache = new PromptCache();
    cache.visit(visit([plain('a'), marked('b')]));
    const second = cache.visit(visit([plain('a'), plain('b'), plain('c'), marked('d')]));
    expect(second).toMatchObject({ read: 1200, written: 1200, perfect: 1200 });
    expect(cache.visit(visit([plain('a'), plain('b'), plain('c'), plain('d'), marked('e')]))).toMatchObject({
      read: 2400,
      written: 600,
    });
  });

  test('find an earlier one up to 20 blocks back', () => {
    const more = (count: number): readonly PromptBlock[] => [
      plain('a'),
      plain('b'),
      ...Array.from({ length: count }, (_, index) => plain(`more ${index}`)),
      marked('end'),
    ];
    for (const [count, read] of [
      [18, 1200],
      [19, 0],
    ] as const) {
      const cache = new PromptCache();
      cache.visit(visit([plain('a'), marked('b')]));
      expect(cache.visit(visit(more(count))).read).toBe(read);
    }
  });

  test('of short prefixes write nothing', () => {
    const cache = new PromptCache();
    expect(cache.visit(visit([marked('a')]))).toMatchObject({ read: 0, written: 0 });
    expect(cache.visit(visit([marked('a')]))).toMatchObject({ read: 0, written: 0, perfect: 0 });
  });

  test('are gone five minutes after their last use', () => {
    const cache = new PromptCache();
    const blocks = [plain('a'), marked('b')];
    cache.visit(visit(blocks));
    expect(cache.visit(visit(blocks, { now: 299_000 })).read).toBe(1200);
    expect(cache.visit(visit(blocks, { now: 598_000 })).read).toBe(1200);
    expect(cache.visit(visit(blocks, { now: 899_000 }))).toMatchObject({ read: 0, perfect: 0 });
  });

  test('begin anew with another setting, which a perfect cache would not', () => {
    const cache = new PromptCache();
    const blocks = (setting: string): readonly PromptBlock[] => [plain('a'), { ...marked('b'), setting }];
    cache.visit(visit(blocks('x')));
    expect(cache.visit(visit(blocks('y')))).toMatchObject({ read: 0, perfect: 1200 });
    expect(cache.visit(visit(blocks('x')))).toMatchObject({ read: 1200, perfect: 1200 });
  });

  test('no breakpoint, no cache', () => {
    const cache = new PromptCache();
    cache.visit(visit([plain('a'), plain('b')]));
    expect(cache.visit(visit([plain('a'), plain('b')]))).toMatchObject({ read: 0, written: 0, perfect: 1200 });
  });
});

describe('each has its own', () => {
  const blocks = [plain('a'), marked('b')];

  test.each<readonly [string, Partial<CacheVisit>]>([
    ['credential', { email: 'd@e.f' }],
    ['route', { route: 'bedrock-anthropic' }],
    ['model', { model: 'claude-opus-4@20250514' }],
  ])('%s', (_, over) => {
    const cache = new PromptCache();
    cache.visit(visit(blocks));
    expect(cache.visit(visit(blocks, over)).read).toBe(0);
  });

  test('but the perfect cache is one for all credentials and routes, and for both ids of a model', () => {
    const cache = new PromptCache();
    cache.visit(visit(blocks));
    const bedrock = { route: 'bedrock-anthropic', model: 'anthropic.claude-sonnet-4-20250514-v1:0' };
    expect(cache.visit(visit(blocks, { ...bedrock, email: 'd@e.f' })).perfect).toBe(1200);
    expect(cache.visit(visit(blocks, { model: 'claude-opus-4@20250514' })).perfect).toBe(0);
    expect(cache.visit(visit(blocks, { conversation: 'other' }))).toMatchObject({
      perfect: 1200,
      perfectInConversation: 0,
    });
  });
});

describe('automatic caches', () => {
  test('read what begins alike, in steps', () => {
    const cache = new PromptCache();
    const first = [plain('a'), plain('b'), plain('c')];
    expect(cache.visit(visit(first, { terms: automatic }))).toMatchObject({ read: 0, written: 0 });
    expect(cache.visit(visit([plain('a'), plain('b'), plain('d')], { terms: automatic })).read).toBe(1152);
    expect(cache.visit(visit([plain('a'), plain('x')], { terms: automatic })).read).toBe(0);
  });

  test('keep keys apart, and may need one', () => {
    const cache = new PromptCache();
    const blocks = [plain('a'), plain('b')];
    cache.visit(visit(blocks, { terms: { ...automatic, key: 'k' } }));
    expect(cache.visit(visit(blocks, { terms: automatic })).read).toBe(0);
    expect(cache.visit(visit(blocks, { terms: { ...automatic, key: 'k' } })).read).toBe(1152);
    const keyed = new PromptCache();
    keyed.visit(visit(blocks, { terms: { ...automatic, needsKey: true } }));
    expect(keyed.visit(visit(blocks, { terms: { ...automatic, needsKey: true } })).read).toBe(0);
  });
});

test('no cache reads more than the perfect one, nor more than there is', () => {
  const block = fc.record({ content: fc.constantFrom('a', 'b', 'c'), isMarked: fc.boolean() });
  const request = fc.record({ blocks: fc.array(block, { maxLength: 6 }), email: fc.constantFrom('x', 'y') });
  fc.assert(
    fc.property(fc.array(request, { maxLength: 12 }), fc.boolean(), (requests, isExplicit) => {
      const cache = new PromptCache();
      for (const { blocks, email } of requests) {
        const told = blocks.map(({ content, isMarked }) => (isMarked ? marked(content) : plain(content)));
        const result = cache.visit(visit(told, { email, terms: isExplicit ? explicit : automatic }));
        expect(result.read).toBeLessThanOrEqual(result.perfect);
        expect(result.perfectInConversation).toBeLessThanOrEqual(result.perfect);
        expect(result.read + result.written).toBeLessThanOrEqual(result.input);
        expect(result.written).toBeGreaterThanOrEqual(0);
      }
    }),
  );
});

test('prefixes are kept in bounded memory', () => {
  const store = new PrefixStore(2);
  for (const hash of ['a', 'b', 'c']) store.keep('s', hash, { tokens: 1, expiresAt: 10 });
  expect(['a', 'b', 'c'].map((hash) => store.findPrefix('s', hash, 0)?.tokens)).toEqual([undefined, 1, 1]);
  expect(store.findPrefix('s', 'c', 10)).toBeNull();
});
