import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Failure } from '../server/conversation/failure.ts';
import type { DecodedRequest } from '../server/dialects/dialect.ts';
import { decodeRequest } from '../server/dialects/openai-chat/decode-request.ts';
import { arbitraryJsonText, arbitraryRequest } from '../server/dialects/openai-chat/testing/arbitrary-requests.ts';
import { toJsonBody } from '../server/lib/json-body.ts';
import { encodeUnifiedRequest, relayUnifiedRequest } from '../server/upstream/routes/unified/encode-request.ts';

/*
 * The unified route may relay a client's own bytes instead of encoding the request. Both must be equivalent.
 */

const models = ['gpt-4o', 'gpt-5-mini', 'claude-sonnet-4@20250514', 'gemini-2.5-pro'];

const targetOf = (model: string) => ({ model, maxOutputTokens: null, refusedMembers: new Set<string>() });

test('a relayed body says exactly what the plain encoding of the same request says', { timeout: 20_000 }, () => {
  let relayed = 0;
  fc.assert(
    fc.property(arbitraryRequest.chain(arbitraryJsonText), fc.constantFrom(...models), (text, model) => {
      const decoded = decode(text);
      const relay = decoded?.original && relayUnifiedRequest(decoded.original, targetOf(model));
      if (decoded === undefined || relay === undefined) return;
      relayed += 1;
      const encoded = encodeUnifiedRequest(decoded.request(), targetOf(model));
      expect(normalise(relay.body)).toEqual(normalise(encoded.body));
      expect(encoded.notes).toEqual([]);
    }),
    { numRuns: 1000 },
  );
  expect(relayed).toBeGreaterThan(60);
});

test('a blank result of a call is not relayed to a vendor that refuses blanks', () => {
  const call = { id: 'call_1', type: 'function', function: { name: 'f', arguments: '{}' } };
  const decoded = decode(
    JSON.stringify({
      model: 'm',
      messages: [
        { role: 'user', content: 'Hi' },
        { role: 'assistant', content: null, tool_calls: [call] },
        { role: 'tool', tool_call_id: 'call_1', content: ' ' },
      ],
    }),
  );
  const [claude, gpt] = ['claude-sonnet-4@20250514', 'gpt-4o'].map(targetOf);
  if (decoded?.original === undefined || claude === undefined || gpt === undefined) expect.fail('no original');
  expect(relayUnifiedRequest(decoded.original, gpt)).toBeDefined();
  expect(relayUnifiedRequest(decoded.original, claude)).toBeUndefined();
  const { body } = encodeUnifiedRequest(decoded.request(), claude);
  expect(normalise(body)).toMatchObject({ request_payload: { messages: [{}, {}, { role: 'tool', content: '' }] } });
});

function decode(text: string): DecodedRequest | undefined {
  try {
    return decodeRequest(toJsonBody(text));
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

/** Normalises equivalent forms of the upstream's protocol: texts, stop sequences, limits, stream flag. */
function normalise(body: readonly Uint8Array[]): unknown {
  const envelope = JSON.parse(Buffer.concat(body).toString());
  const { stream, max_tokens, max_completion_tokens, stop, messages, ...payload } = envelope.request_payload;
  return {
    ...envelope,
    request_payload: {
      ...payload,
      stream: stream ?? false,
      limit: max_tokens ?? max_completion_tokens,
      stop: typeof stop === 'string' ? [stop] : stop,
      messages: messages.map((message: Readonly<Record<string, unknown>>) => {
        const [only, ...others] = Array.isArray(message.content) ? message.content : [];
        const single = only?.type === 'text' && others.length === 0;
        return single ? { ...message, content: only.text } : message;
      }),
    },
  };
}
