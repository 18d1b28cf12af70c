import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Failure } from '../server/conversation/failure.ts';
import { arbitraryJsonText, arbitraryRequest } from '../server/dialects/openai-chat/testing/arbitrary-requests.ts';
import { decodeBody, type WholeRequest } from '../server/dialects/openai-chat/testing/decode-body.ts';
import { relayUnifiedRequest } from '../server/upstream/routes/unified/encode-request.ts';

/*
 * A relayable request is inspected without decoding its texts. A pure ASCII body, in which all other characters are
 * escapes, has nothing to decode: so the same request in that form must give the same result.
 */

const models = ['gpt-4o', 'gpt-5-mini', 'claude-sonnet-4@20250514', 'gemini-2.5-pro'];

const targetOf = (model: string) => ({ model, maxOutputTokens: null, refusedMembers: new Set<string>() });

/** Names and ids, where exact characters matter. */
const odd = fc.constantFrom('é', '\u00c3\u00a9', '\u00a0', '\u3000', '名', '🚀', 'a', 'b', 'Ã');
const oddWriting = fc.tuple(arbitraryRequest.chain(arbitraryJsonText), odd, odd).map(([text, one, other]) =>
  text
    .replaceAll('"a"', () => JSON.stringify(one))
    .replaceAll('"b"', () => JSON.stringify(other))
    .replaceAll('"{}"', () => JSON.stringify(other)),
);

test('a request comes to the same whether its texts are decoded or not', { timeout: 60_000 }, () => {
  let relayed = 0;
  fc.assert(
    fc.property(oddWriting, (text) => {
      const mixed = outcomeOf(text);
      const escaped = outcomeOf(toAscii(text));
      if (mixed instanceof Failure || escaped instanceof Failure) {
        expect(mixed).toEqual(escaped);
        return;
      }
      expect(withoutKey(mixed)).toEqual(withoutKey(escaped));
      if (!text.includes('\\')) expect(mixed.outline).toEqual(escaped.outline);
      if (hasOddMember(text)) return;
      expect(mixed.original === undefined).toBe(escaped.original === undefined);
      for (const model of models) {
        const [one, other] = [mixed, escaped].map(
          ({ original }) => original && relayUnifiedRequest(original, targetOf(model))?.body,
        );
        expect(one && JSON.parse(Buffer.concat(one).toString())).toEqual(
          other && JSON.parse(Buffer.concat(other).toString()),
        );
        if (one !== undefined) relayed += 1;
      }
    }),
    { numRuns: 2000 },
  );
  expect(relayed).toBeGreaterThan(300);
});

function outcomeOf(text: string): WholeRequest | Failure {
  try {
    return decodeBody(text);
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

/** Affinity keys derived from texts differ between the two spellings. */
function withoutKey({ request, outline, notes }: WholeRequest): unknown {
  const { affinityKey: _, ...rest } = request;
  return { ...rest, outline: { ...outline, affinityKey: null }, notes };
}

function toAscii(text: string): string {
  return text.replaceAll(/[\u0080-\uffff]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Names with escapes are not relayed. */
function hasOddMember(text: string): boolean {
  return Object.keys(JSON.parse(text)).some((name) => toAscii(name) !== name);
}
