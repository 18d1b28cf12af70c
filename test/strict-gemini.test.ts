import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Failure } from '../server/conversation/failure.ts';
import type { ConversationRequest } from '../server/conversation/request.ts';
import { arbitraryBody } from '../server/dialects/gemini/testing/arbitrary-bodies.ts';
import { decodeBody as decodeGemini } from '../server/dialects/gemini/testing/decode-body.ts';
import { arbitraryRequest } from '../server/dialects/openai-chat/testing/arbitrary-requests.ts';
import { decodeBody as decodeChat } from '../server/dialects/openai-chat/testing/decode-body.ts';
import { createGeminiChatRoute } from '../server/upstream/routes/gemini-chat/index.ts';
import type { UpstreamRoute } from '../server/upstream/routes/route.ts';
import { createVertexGeminiRoute } from '../server/upstream/routes/vertex-gemini/index.ts';
import { initialBehaviour } from '../simulator/behaviour.ts';
import { readGeminiRequest } from '../simulator/gemini/request.ts';
import { geminiChatRules } from '../simulator/gemini/rules/chat.ts';
import { geminiRules } from '../simulator/gemini/rules/index.ts';
import { asRecord } from '../simulator/json.ts';
import { readChatRequest } from '../simulator/openai/chat-request.ts';
import { applyRules } from '../simulator/refusal/rules.ts';

/*
 * Whatever a client sends, Google takes what the gateway makes of it: held against the simulator's rules, which are written
 * without a look at the gateway. Whether a signature is one of Google's own is not for the gateway to know.
 */

const behaviour = { ...initialBehaviour, strict: 'vendor', 'strict-except': 'signatures' } as const;
const models = [
  'gemini-2.0-flash-001',
  'gemini-2.5-pro',
  'gemini-2.5-flash',
  'gemini-3-flash-preview',
  'gemini-3-pro-preview',
];
const nativeRoute = createVertexGeminiRoute();
const chatRoute = createGeminiChatRoute();

/** Members that Google has never heard of are the client's own to send, and stay. */
const unknown = /Unknown name "(?:later|laterStill|x-|unknown)/;

/** @returns undefined for what no form of Gemini's has a place for, which is refused in words */
function encodeIfPossible(
  route: UpstreamRoute,
  request: ConversationRequest,
  model: string,
): readonly Uint8Array[] | undefined {
  try {
    return route.encodeRequest(request, { model, maxOutputTokens: 65_536, refusedMembers: new Set() }).body;
  } catch (error) {
    if (error instanceof Failure && error.kind === 'invalid-request') return undefined;
    throw error;
  }
}

/** What Google says to a body on its native API; undefined when it takes it. */
function refusalOf(pieces: readonly Uint8Array[], model: string): string | undefined {
  const json = asRecord(JSON.parse(Buffer.concat(pieces).toString('utf8')));
  return say(applyRules(geminiRules, readGeminiRequest(json, model, behaviour), behaviour), json);
}

/** The same on its OpenAI-compatible API. */
function chatRefusalOf(pieces: readonly Uint8Array[], model: string): string | undefined {
  const json = asRecord(JSON.parse(Buffer.concat(pieces).toString('utf8')));
  return say(applyRules(geminiChatRules, readChatRequest(json, model, behaviour), behaviour), json);
}

function say(refusal: { readonly message: string } | null, body: unknown): string | undefined {
  return refusal === null || unknown.test(refusal.message) ? undefined : `${refusal.message}\n${JSON.stringify(body)}`;
}

function expectTaken(request: ConversationRequest, model: string): void {
  const native = encodeIfPossible(nativeRoute, request, model);
  const chat = encodeIfPossible(chatRoute, request, model);
  expect([native && refusalOf(native, model), chat && chatRefusalOf(chat, model)]).toEqual([undefined, undefined]);
}

describe.each(models)('%s takes', (model) => {
  test('what Gemini clients send', () => {
    fc.assert(
      fc.property(arbitraryBody, (body) => {
        const { request, original } = decodeGemini(body);
        const target = { model, maxOutputTokens: null, refusedMembers: new Set<string>() };
        const relayed = original && nativeRoute.relayRequest?.(original, target)?.body;
        if (relayed !== undefined) expect(refusalOf(relayed, model)).toBeUndefined();
        expectTaken({ ...request(), choiceCount: 1 }, model);
      }),
      { numRuns: 400 },
    );
  });

  test('what Chat clients send', () => {
    fc.assert(
      fc.property(arbitraryRequest, (body) => {
        const request = decodeIfPossible(body);
        if (request !== undefined) expectTaken({ ...request, choiceCount: 1 }, model);
      }),
      { numRuns: 400 },
    );
  });
});

function decodeIfPossible(body: unknown): ConversationRequest | undefined {
  try {
    return decodeChat(body).request;
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}
