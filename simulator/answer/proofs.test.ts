import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openProof, sealProof } from './proofs.ts';

const kind = fc.constantFrom('anthropic' as const, 'anthropic-omitted' as const, 'openai' as const, 'google' as const);

test('a proof tells its kind and its text', () => {
  fc.assert(
    fc.property(kind, fc.string(), fc.nat(), fc.nat(500), (of, text, number, padding) => {
      const proof = openProof(sealProof(of, text, number, padding));
      expect(proof?.kind).toBe(of);
      expect(proof?.matches(text)).toBe(true);
      expect(proof?.matches(`${text}.`)).toBe(false);
    }),
  );
});

test('a proof is noticed to be altered, whichever character it is', () => {
  fc.assert(
    fc.property(fc.nat(), fc.constantFrom('A', 'z', '+', '='), (at, other) => {
      const proof = sealProof('anthropic', 'thought', 1);
      const index = at % proof.length;
      const altered = proof.slice(0, index) + other + proof.slice(index + 1);
      expect(openProof(altered)?.kind).toBe(altered === proof ? 'anthropic' : undefined);
    }),
  );
  expect(openProof('')).toBeNull();
  expect(openProof('not base64 at all')).toBeNull();
});
