import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findGeminiErrors } from '../../../test/schemas/gemini.ts';
import { Failure } from '../../conversation/failure.ts';
import type { Message, Part } from '../../conversation/message.ts';
import type { ConversationRequest } from '../../conversation/request.ts';
import { TranslationLog } from '../../conversation/translation.ts';
import type { JsonRecord } from '../../lib/json.ts';
import { toJsonBody } from '../../lib/json-body.ts';
import { decodeRequest } from './decode-request.ts';
import { encodeGeminiRequest, isPlainGeminiRequest } from './encode-request.ts';
import { encodeSchema } from './encode-schema.ts';
import { arbitraryBody } from './testing/arbitrary-bodies.ts';
import { decodeBody, headOf } from './testing/decode-body.ts';

const model = 'gemini-3-flash-preview';

function encode(request: ConversationRequest): JsonRecord {
  return encodeGeminiRequest(request, { model, notes: new TranslationLog() }).body;
}

/** Google rejects a request with these. */
function encodesAtAll(request: ConversationRequest): boolean {
  try {
    encode(request);
    return true;
  } catch (error) {
    if (error instanceof Failure) return false;
    throw error;
  }
}

/** A request's meaning for Gemini, without unsigned thoughts and independent of ids. */
function meaningOf(request: ConversationRequest): unknown {
  const { affinityKey: _key, messages, tools, responseFormat, ...rest } = request;
  const schemaOf = (schema: JsonRecord | undefined) => schema && encodeSchema(schema, '', new TranslationLog());
  return {
    ...rest,
    messages: messages.map(meaningOfMessage).filter(({ parts }) => parts.length > 0),
    tools: tools.map((tool) => (tool.type === 'function' ? { ...tool, parameters: schemaOf(tool.parameters) } : tool)),
    responseFormat:
      responseFormat && 'schema' in responseFormat
        ? { ...responseFormat, schema: schemaOf(responseFormat.schema) }
        : responseFormat,
  };
}

function meaningOfMessage({ role, parts }: Message): { readonly role: string; readonly parts: readonly Part[] } {
  return { role, parts: parts.filter((part) => part.type !== 'reasoning' || part.proof?.dialect === 'gemini') };
}

test('an encoded request is decoded to the same request', () => {
  fc.assert(
    fc.property(arbitraryBody, (body) => {
      const request = decodeBody(body).request();
      const encoded = encode(request);
      expect(findGeminiErrors('GenerateContentRequest', JSON.parse(JSON.stringify(encoded)))).toEqual([]);
      const again = encode(decodeBody(JSON.stringify(encoded)).request());
      expect(JSON.stringify(again)).toBe(JSON.stringify(encoded));
    }),
    { numRuns: 600 },
  );
});

test('a body that may be relayed has the same meaning as its encoding', () => {
  let relayed = 0;
  fc.assert(
    fc.property(arbitraryBody, (body) => {
      const { original, request } = decodeBody(body);
      if (original === undefined || !isPlainGeminiRequest(original.shape, model)) return;
      relayed += 1;
      const encoded = decodeBody(JSON.stringify(encode(request()))).request();
      expect(JSON.stringify(meaningOf(encoded))).toBe(JSON.stringify(meaningOf(request())));
    }),
    { numRuns: 1500 },
  );
  expect(relayed).toBeGreaterThan(20);
});

test('any body is decoded or rejected', () => {
  const names = [
    'contents',
    'parts',
    'role',
    'text',
    'functionCall',
    'functionResponse',
    'tools',
    'generationConfig',
    'name',
    'x',
  ];
  const name = fc.constantFrom(...names);
  const oddPart = fc.dictionary(name, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 });
  const oddContent = fc.dictionary(name, fc.array(oddPart, { maxLength: 2 }), { maxKeys: 3 });
  const member = fc.constantFrom('contents', 'tools', 'toolConfig', 'generationConfig', 'systemInstruction');
  const anything = fc.oneof(
    fc.dictionary(name, fc.jsonValue({ maxDepth: 4 })),
    fc.record({ contents: fc.array(oddContent, { maxLength: 3 }) }),
    fc
      .tuple(arbitraryBody, fc.dictionary(member, fc.jsonValue()))
      .map((given): JsonRecord => Object.assign({}, ...given)),
    fc.jsonValue(),
  );
  fc.assert(
    fc.property(anything, (body) => {
      try {
        encodesAtAll(decodeBody(body).request());
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        expect(error).toMatchObject({ kind: 'invalid-request', fault: 'request' });
      }
    }),
    { numRuns: 1500 },
  );
});

test('any bytes are decoded or rejected', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      expect(() => decodeRequest(toJsonBody(bytes), headOf('/v1beta/models/m:generateContent'))).toThrow(Failure);
    }),
  );
});
