import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Dialect, RequestHead } from '../server/dialects/dialect.ts';
import { dialects } from '../server/dialects/index.ts';
import { isRecord, type JsonRecord, readArray, readRecord } from '../server/lib/json.ts';
import { toJsonBody } from '../server/lib/json-body.ts';
import { encodeByRoute, relayByRoute } from '../server/upstream/routes/encode-for-route.ts';
import { upstreamRoutes } from '../server/upstream/routes/index.ts';
import type { EncodedRequest, UpstreamRoute } from '../server/upstream/routes/route.ts';
import { contextOf } from './support/request-context.ts';

/*
 * For every API and route: the spelling of numbers must not change, and ids and names must stay consistent with each
 * other and use only characters that the vendor accepts.
 */

const models: Readonly<Record<string, readonly string[]>> = {
  'vertex-anthropic': ['claude-sonnet-4-5@20250929'],
  'bedrock-anthropic': ['anthropic.claude-opus-4-6-v1'],
  'vertex-gemini': ['gemini-2.5-pro'],
  'gemini-chat': ['gemini-2.5-flash'],
  'openai-chat': ['gpt-5.1'],
  'openai-responses': ['gpt-5.1'],
  unified: ['claude-sonnet-4@20250514', 'gpt-5-2025-08-07', 'gemini-2.5-pro'],
};
const ways = [...upstreamRoutes.values()].flatMap((route) =>
  (models[route.name] ?? []).map((model) => [route.name, model, route] as const),
);

interface Call {
  readonly id: string;
  readonly name: string;
}

interface Said {
  readonly calls: readonly [Call, Call];
  /** As JSON spells it. */
  readonly number: string;
}

const quote = JSON.stringify;
const argumentsOf = (index: number, number: string) => `{"place":${index},"n":[${number}]}`;
const schemaOf = (number: string) =>
  `{"type":"object","properties":{"n":{"type":"number","default":${number}},"place":{"type":"integer"}}}`;

/** A request with two calls and their results in reverse order, in each API's format. */
const bodies: Readonly<Record<string, (said: Said) => string>> = {
  'openai-chat': ({ calls, number }) => `{"model":"m","messages":[{"role":"user","content":"x"},
    {"role":"assistant","content":null,"tool_calls":[${calls.map(
      ({ id, name }, index) =>
        `{"id":${quote(id)},"type":"function","function":{"name":${quote(name)},"arguments":${quote(argumentsOf(index, number))}}}`,
    )}]},
    ${[1, 0].map((index) => `{"role":"tool","tool_call_id":${quote(calls[index]?.id)},"content":"result ${index}"}`)}],
    "tools":[${calls.map(({ name }) => `{"type":"function","function":{"name":${quote(name)},"parameters":${schemaOf(number)}}}`)}]}`,
  'anthropic-messages': ({ calls, number }) => `{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"x"},
    {"role":"assistant","content":[${calls.map(
      ({ id, name }, index) =>
        `{"type":"tool_use","id":${quote(id)},"name":${quote(name)},"input":${argumentsOf(index, number)}}`,
    )}]},
    {"role":"user","content":[${[1, 0].map(
      (index) => `{"type":"tool_result","tool_use_id":${quote(calls[index]?.id)},"content":"result ${index}"}`,
    )}]}],
    "tools":[${calls.map(({ name }) => `{"name":${quote(name)},"input_schema":${schemaOf(number)}}`)}]}`,
  'openai-responses': ({ calls, number }) => `{"model":"m","input":[{"role":"user","content":"x"},
    ${calls.map(
      ({ id, name }, index) =>
        `{"type":"function_call","call_id":${quote(id)},"name":${quote(name)},"arguments":${quote(argumentsOf(index, number))}}`,
    )},
    ${[1, 0].map((index) => `{"type":"function_call_output","call_id":${quote(calls[index]?.id)},"output":"result ${index}"}`)}],
    "tools":[${calls.map(({ name }) => `{"type":"function","name":${quote(name)},"strict":false,"parameters":${schemaOf(number)}}`)}]}`,
  gemini: ({ calls, number }) => `{"contents":[{"role":"user","parts":[{"text":"x"}]},
    {"role":"model","parts":[${calls.map(
      ({ id, name }, index) =>
        `{"functionCall":{"id":${quote(id)},"name":${quote(name)},"args":${argumentsOf(index, number)}}}`,
    )}]},
    {"role":"user","parts":[${[1, 0].map(
      (index) =>
        `{"functionResponse":{"id":${quote(calls[index]?.id)},"name":${quote(calls[index]?.name)},"response":{"output":"result ${index}"}}}`,
    )}]}],
    "tools":[{"functionDeclarations":[${calls.map(
      ({ name }) => `{"name":${quote(name)},"parametersJsonSchema":${schemaOf(number)}}`,
    )}]}]}`,
};

const paths: Readonly<Record<string, string>> = {
  'openai-chat': '/v1/chat/completions',
  'anthropic-messages': '/v1/messages',
  'openai-responses': '/v1/responses',
  gemini: '/v1beta/models/m:generateContent',
};

/** The route's requests for a body: encoded, and relayed if possible. */
function encode(dialect: Dialect, route: UpstreamRoute, model: string, body: string): readonly EncodedRequest[] {
  const head: RequestHead = {
    method: 'POST',
    path: paths[dialect.name] ?? '',
    query: new URLSearchParams(),
    headers: {},
  };
  const endpoint = dialect.endpoints.find((one) => one.does === 'answer' && one.accepts?.(head) !== false);
  if (endpoint?.does !== 'answer') throw new Error(`${dialect.name} has no endpoint`);
  const decoded = endpoint.decodeRequest(toJsonBody(body), head, contextOf());
  const target = { model, maxOutputTokens: null, refusedMembers: new Set<string>(), promptCaching: 'client' as const };
  const { original } = decoded;
  const relayed = relayByRoute(route, original, target);
  return [encodeByRoute(route, decoded.request(), target), ...(relayed === undefined ? [] : [relayed])];
}

const textOf = ({ body }: EncodedRequest) => Buffer.concat(body).toString('utf8');

/** Every object in a value. */
function* objectsIn(value: unknown): Generator<JsonRecord> {
  if (Array.isArray(value)) for (const item of value) yield* objectsIn(item);
  if (!isRecord(value)) return;
  yield value;
  for (const member of Object.values(value)) yield* objectsIn(member);
}

/** The calls, results and tools of a body in any API's format. */
function readBody(body: unknown) {
  const calls: { id: unknown; name: unknown; place: number }[] = [];
  const results: { id: unknown; place: number }[] = [];
  const tools: unknown[] = [];
  const addCall = (id: unknown, name: unknown, written: unknown) => {
    const input = readRecord(typeof written === 'string' ? JSON.parse(written) : written);
    calls.push({ id, name, place: Number(input.place) });
  };
  const addResult = (id: unknown, value: unknown) => {
    results.push({ id, place: Number(/result (\d)/.exec(quote(value))?.[1]) });
  };
  for (const value of objectsIn(body)) {
    const called = readRecord(value.function);
    if (value.type === 'tool_use') addCall(value.id, value.name, value.input);
    else if (value.type === 'function_call') addCall(value.call_id, value.name, value.arguments);
    else if (isRecord(value.functionCall)) {
      addCall(value.functionCall.id, value.functionCall.name, value.functionCall.args);
    } else if (called.arguments !== undefined) addCall(value.id, called.name, called.arguments);
    else if (value.type === 'tool_result') addResult(value.tool_use_id, value);
    else if (value.type === 'function_call_output') addResult(value.call_id, value);
    else if (isRecord(value.functionResponse)) addResult(value.functionResponse.id, value);
    else if (value.role === 'tool') addResult(value.tool_call_id, value);
    for (const tool of readArray(value.tools).map(readRecord)) {
      tools.push(tool.name ?? readRecord(tool.function).name, ...readArray(tool.functionDeclarations).map(nameOf));
    }
  }
  return { calls, results, tools: tools.filter((name) => name !== undefined) };
}

const nameOf = (value: unknown) => readRecord(value).name;

/** Characters that every vendor accepts. Claude is the strictest for ids; Gemini allows more in names. */
function validIdOf(route: string, model: string): RegExp {
  if (/claude/.test(model)) return /^[a-zA-Z0-9_-]{1,64}$/;
  return route === 'openai-chat' || route === 'unified' ? /^.{1,40}$/s : /^.{1,64}$/s;
}
const validNameOf = (model: string) =>
  model.startsWith('gemini') ? /^[A-Za-z_][A-Za-z0-9_.:-]{0,127}$/ : /^[a-zA-Z0-9_-]{1,64}$/;

const unit = fc.constantFrom(...'aZ0_-.:/|+= é工😀'.split(''), '😀');
const identifier = fc.oneof(
  fc.string({ unit, minLength: 1, maxLength: 12 }),
  fc.string({ unit, minLength: 41, maxLength: 63 }),
);
const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 22 });
const number = fc
  .tuple(
    fc.boolean(),
    fc.oneof(
      fc.constant('0'),
      digits.map((text) => `7${text}`),
    ),
    fc.option(digits),
    fc.option(fc.tuple(fc.constantFrom('e', 'E', 'e+', 'E-'), fc.nat(400))),
  )
  .map(
    ([isNegative, whole, fraction, exponent]) =>
      `${isNegative ? '-' : ''}${whole}${fraction === null ? '' : `.${fraction}`}${exponent === null ? '' : exponent.join('')}`,
  );
const said: fc.Arbitrary<Said> = fc
  .record({
    // Half a surrogate pair becomes U+FFFD, so two ids or names may not differ in that alone.
    ids: fc.uniqueArray(identifier, { minLength: 2, maxLength: 2, selector: (id) => id.toWellFormed() }),
    names: fc.uniqueArray(
      identifier.filter((name) => name.trim() !== ''),
      { minLength: 2, maxLength: 2, selector: (name) => name.toWellFormed() },
    ),
    number,
  })
  .map(({ ids: [one = '', two = ''], names: [first = '', second = ''], number }) => ({
    calls: [
      { id: one, name: first },
      { id: two, name: second },
    ],
    number,
  }));

describe.each(dialects.map((dialect) => [dialect.name, dialect] as const))('from %s', (_dialect, dialect) => {
  const write = bodies[dialect.name];

  test.each(ways)('by %s to %s', (routeName, model, route) => {
    fc.assert(
      fc.property(said, (given) => {
        for (const encoded of encode(dialect, route, model, write?.(given) ?? '')) {
          const text = textOf(encoded);
          const { calls, results, tools } = readBody(JSON.parse(text));
          // In the schemas of two tools, and in the arguments of two calls.
          expect(countOf(text, given.number), `${given.number} in ${text}`).toBeGreaterThanOrEqual(4);
          expect([calls.length, results.length, new Set(tools).size]).toEqual([2, 2, 2]);
          for (const { id, name, place } of calls) {
            expect(id).toMatch(validIdOf(routeName, model));
            expect(name).toMatch(validNameOf(model));
            expect(tools).toContain(name);
            expect(results.find((result) => result.place === place)?.id).toBe(id);
            expect(restore(encoded, String(name))).toBe(given.calls[place]?.name);
          }
          expect(new Set(calls.map(({ id }) => id)).size).toBe(2);
          expect(new Set(calls.map(({ name }) => name)).size).toBe(2);
        }
      }),
      { numRuns: 30 },
    );
  });
});

const countOf = (text: string, part: string) => text.split(part).length - 1;

/** The tool name that the client receives when the vendor uses the rewritten one. */
function restore({ createAnswerTransform }: EncodedRequest, name: string): string | undefined {
  const call = { type: 'block-start', choice: 0, block: 0, kind: 'tool-call', id: 'c', name } as const;
  const [event] = createAnswerTransform?.()([call]) ?? [call];
  return event?.type === 'block-start' && event.kind === 'tool-call' ? event.name : undefined;
}
