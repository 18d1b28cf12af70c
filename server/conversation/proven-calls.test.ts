import { describe, expect, test } from 'vitest';
import type { ConversationEvent } from './events.ts';
import type { Message, Part } from './message.ts';
import {
  decodeProvenCall,
  encodeProvenCall,
  type ProvenCall,
  ProvenCallReader,
  restoreProofs,
} from './proven-calls.ts';

const proofOf = (value: string) => ({ dialect: 'd', value });
const reasoning = (text: string) => ({ type: 'reasoning', text, proof: proofOf(text) }) as const;
const call = (id: string): Part => ({ type: 'tool-call', id, name: 'f', arguments: '{}' });
const words: Part = { type: 'text', text: 'words' };

function eventsOf(parts: readonly Part[]): ConversationEvent[] {
  const events = parts.flatMap((part, block): ConversationEvent[] => {
    const place = { choice: 0, block } as const;
    const proof = 'proof' in part && part.proof !== undefined ? { proof: part.proof } : {};
    const end: ConversationEvent = { type: 'block-end', ...place, ...proof };
    if (part.type === 'tool-call') {
      return [{ type: 'block-start', ...place, kind: 'tool-call', id: part.id, name: part.name }, end];
    }
    if (part.type !== 'reasoning' && part.type !== 'text') throw new Error('no such block');
    const kind = part.type;
    const pieces = [part.text.slice(0, 2), part.text.slice(2)];
    const deltas = pieces.map((text): ConversationEvent => ({ type: 'block-delta', ...place, kind, text }));
    return [{ type: 'block-start', ...place, kind }, ...deltas, end];
  });
  return [...events, { type: 'finish', choice: 0, reason: 'tool-calls' }];
}

function read(parts: readonly Part[]): ReadonlyMap<string, ProvenCall> {
  const reader = new ProvenCallReader();
  const found = eventsOf(parts).map((event) => reader.read(event));
  expect(found.slice(0, -1).every((calls) => calls === undefined)).toBe(true);
  return found.at(-1) ?? new Map();
}

const user: Message = { role: 'user', parts: [words] };

describe('the proofs of an answer are restored with its calls', () => {
  test.each<readonly [string, readonly Part[]]>([
    ['reasoning first', [reasoning('one'), words, call('a'), call('b')]],
    ['reasoning behind the words', [words, reasoning('one'), call('a')]],
    ['on both sides of them', [reasoning('one'), words, reasoning('two'), call('a')]],
    ['between the calls', [reasoning('one'), call('a'), reasoning('two'), call('b')]],
    ['reasoning without words', [reasoning('one'), reasoning('two'), call('a')]],
    ['on the call itself', [words, { ...call('a'), proof: proofOf('a') } as Part, call('b')]],
  ])('%s', (_name, parts) => {
    const calls = read(parts);
    const sent = parts.flatMap((part): Part[] => {
      if (part.type === 'reasoning') return [];
      return [part.type === 'tool-call' ? call(part.id) : part];
    });
    const history: Message[] = [user, { role: 'assistant', parts: sent }, user];
    const stored = new Map(Array.from(calls, ([id, one]) => [id, decodeProvenCall(encodeProvenCall(one))]));
    expect(restoreProofs(history, (id) => stored.get(id))).toEqual([user, { role: 'assistant', parts }, user]);
  });

  test('reasoning that the client sent is replaced', () => {
    const calls = read([reasoning('one'), call('a')]);
    const told: Part = { type: 'reasoning', text: 'one' };
    const history: Message[] = [{ role: 'assistant', parts: [told, words, call('a')] }];
    expect(restoreProofs(history, (id) => calls.get(id))).toEqual([
      { role: 'assistant', parts: [reasoning('one'), words, call('a')] },
    ]);
  });

  test('calls that were sent back one by one get their own proofs', () => {
    const calls = read([reasoning('one'), call('a'), reasoning('two'), call('b')]);
    const history: Message[] = [
      { role: 'assistant', parts: [call('a')] },
      { role: 'assistant', parts: [call('b')] },
    ];
    expect(restoreProofs(history, (id) => calls.get(id))).toEqual([
      { role: 'assistant', parts: [reasoning('one'), call('a')] },
      { role: 'assistant', parts: [reasoning('two'), call('b')] },
    ]);
  });

  test('a history without stored proofs stays as it is', () => {
    const history: Message[] = [user, { role: 'assistant', parts: [words, call('a')] }];
    expect(restoreProofs(history, () => undefined)).toBe(history);
    expect(read([{ type: 'reasoning', text: 'unproven' }, call('a')]).size).toBe(0);
    expect(read([reasoning('one'), words]).size).toBe(0);
  });
});

test('a format of another version is ignored', () => {
  for (const text of [
    '',
    '{}',
    'null',
    '{"reasoning":[],"beforeText":0}',
    '{"reasoning":[{"text":"a"}],"beforeText":1}',
  ]) {
    expect(decodeProvenCall(text)).toBeUndefined();
  }
});
