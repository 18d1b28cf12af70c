import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Failure } from '../server/conversation/failure.ts';
import { arbitraryBody as arbitraryMessagesBody } from '../server/dialects/anthropic-messages/testing/arbitrary-bodies.ts';
import { decodeBody as decodeMessages } from '../server/dialects/anthropic-messages/testing/requests.ts';
import type { DecodedRequest } from '../server/dialects/dialect.ts';
import { arbitraryBody as arbitraryGeminiBody } from '../server/dialects/gemini/testing/arbitrary-bodies.ts';
import { decodeBody as decodeGemini } from '../server/dialects/gemini/testing/decode-body.ts';
import { decodeRequest as decodeChat } from '../server/dialects/openai-chat/decode-request.ts';
import { arbitraryRequest as arbitraryChatBody } from '../server/dialects/openai-chat/testing/arbitrary-requests.ts';
import { toJsonBody } from '../server/lib/json-body.ts';
import { encodeByRoute, relayByRoute } from '../server/upstream/routes/encode-for-route.ts';
import { upstreamRoutes } from '../server/upstream/routes/index.ts';
import type { EncodedRequest, UpstreamRoute } from '../server/upstream/routes/route.ts';
import { initialBehaviour } from '../simulator/behaviour.ts';
import { asRecord } from '../simulator/json.ts';
import { findModelRoute } from '../simulator/routes.ts';

/*
 * Whatever a client sends, the vendor must accept the gateway's request, according to the simulator's rules, which were
 * written independently of the gateway. The gateway cannot know whether a signature is genuine.
 */

const behaviour = { ...initialBehaviour, strict: 'vendor', 'strict-except': 'signatures' } as const;

/**
 * Client members that its own vendor does not support, at least not on this route: they are left out when the request
 * is sent again (`RouteTarget.refusedMembers`).
 */
const learned =
  /^Unknown parameter|Unknown name "(?:later|x-|unknown)|^(?:.*\blater|mcp_servers|container|output_config)\b.*: Extra inputs/;
/** No request was sent. */
const silent = /non-empty content|non-whitespace text|at least one message/;

const clients: readonly (readonly [string, fc.Arbitrary<object>, (body: object) => DecodedRequest])[] = [
  ['Chat Completions', arbitraryChatBody, (body) => decodeChat(toJsonBody(JSON.stringify(body)))],
  ['Messages', arbitraryMessagesBody, (body) => decodeMessages(body)],
  ['Gemini', arbitraryGeminiBody, (body) => decodeGemini(body)],
];

const models: readonly (readonly [string, string])[] = [
  ['vertex-gemini', 'gemini-2.0-flash-001'],
  ['vertex-gemini', 'gemini-2.5-pro'],
  ['vertex-gemini', 'gemini-2.5-flash'],
  ['vertex-gemini', 'gemini-3-flash-preview'],
  ['gemini-chat', 'gemini-2.5-flash'],
  ['gemini-chat', 'gemini-3-flash-preview'],
  ['openai-chat', 'gpt-4.1'],
  ['openai-chat', 'gpt-5.1'],
  ['openai-responses', 'gpt-4.1'],
  ['openai-responses', 'gpt-5.1'],
  ['vertex-anthropic', 'claude-3-7-sonnet@20250219'],
  ['vertex-anthropic', 'claude-sonnet-4-5@20250929'],
  ['bedrock-anthropic', 'anthropic.claude-opus-4-6-v1'],
  ['unified', 'gpt-5.1'],
  ['unified', 'claude-sonnet-4-5@20250929'],
  ['unified', 'gemini-2.5-pro'],
];

/** @returns undefined if the request is refused because it is invalid or the route cannot express it */
function ifPossible<Value>(make: () => Value): Value | undefined {
  try {
    return make();
  } catch (error) {
    if (error instanceof Failure && error.kind === 'invalid-request') return undefined;
    throw error;
  }
}

/** The vendor's error message; undefined if it accepts the request. */
function refusalOf({ path, body }: EncodedRequest, model: string): string | undefined {
  const { pathname, searchParams: query } = new URL(path, 'http://localhost');
  const found = findModelRoute(pathname);
  if (found === null) return `no such path: ${path}`;
  const json = asRecord(JSON.parse(Buffer.concat(body).toString('utf8')));
  const reading = found.wire.readPrompt({ ...found, body: json, query }, model, behaviour);
  if (reading.ok || learned.test(reading.refusal.message) || silent.test(reading.refusal.message)) return undefined;
  return `${reading.refusal.message}\n${JSON.stringify(json)}`;
}

describe.each(models)('%s takes for %s', (name, model) => {
  const route = upstreamRoutes.get(name) as UpstreamRoute;
  const target = {
    model,
    maxOutputTokens: 64_000,
    refusedMembers: new Set<string>(),
    promptCaching: 'automatic' as const,
  };

  test.each(clients)('what %s clients send', (_name, arbitrary, decode) => {
    fc.assert(
      fc.property(arbitrary, (body) => {
        const decoded = ifPossible(() => decode(body));
        if (decoded === undefined) return;
        const { original, request } = decoded;
        const relayed = relayByRoute(route, original, target);
        const encoded = ifPossible(() => encodeByRoute(route, { ...request(), choiceCount: 1 }, target));
        const refusals = [relayed, encoded].map((sent) => sent && refusalOf(sent, model));
        expect(refusals).toEqual([undefined, undefined]);
      }),
      { numRuns: 300 },
    );
  });
});
