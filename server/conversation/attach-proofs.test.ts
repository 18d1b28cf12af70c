import { expect, test } from 'vitest';
import { attachProofs } from './attach-proofs.ts';
import { decodeProof, encodeProof } from './foreign-proof.ts';
import type { Part } from './message.ts';
import type { ReasoningProof } from './reasoning-proof.ts';

const proof: ReasoningProof = { dialect: 'there', value: 'c2ln' };
const call: Part = { type: 'tool-call', id: 'c', name: 'f', arguments: '{}' };
const text: Part = { type: 'text', text: 'hi' };

function apart(of: 'next' | 'previous'): Part {
  return { type: 'reasoning', text: '', proof: { ...proof, of } };
}

test('a proof is moved to the call after it, another to the text before it', () => {
  expect(attachProofs([text, apart('previous'), apart('next'), call])).toEqual([
    { ...text, proof },
    { ...call, proof },
  ]);
});

test('reasoning with a proof of its own stays', () => {
  const parts: Part[] = [{ type: 'reasoning', text: 'hm', proof }, call];
  expect(attachProofs(parts)).toBe(parts);
});

test('a proof without its neighbour is dropped, and other parts get none', () => {
  const audio: Part = { type: 'audio', source: { type: 'url', url: 'https://x' } };
  expect(attachProofs([apart('previous'), text, apart('next')])).toEqual([text]);
  expect(attachProofs([apart('next'), audio, call])).toEqual([audio, call]);
});

test('the owner of a proof is preserved in another dialect', () => {
  const given = { ...proof, of: 'next' } as const;
  expect(decodeProof(encodeProof(given, 'here'), 'here')).toEqual(given);
});
