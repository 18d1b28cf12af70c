import { Buffer } from 'node:buffer';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { ConversationEvent } from '../../server/conversation/events.ts';
import { Failure } from '../../server/conversation/failure.ts';
import { checkEvents } from '../../server/conversation/testing/check-events.ts';
import type { DecodedRequest, Dialect } from '../../server/dialects/dialect.ts';
import { dialects } from '../../server/dialects/index.ts';
import { readFiles } from '../../server/import/read-file.ts';
import * as sources from '../../server/import/testing/sources.ts';
import { AbridgedBody } from '../../server/lib/abridged-body.ts';
import { toJsonBody } from '../../server/lib/json-body.ts';
import { JsonScanner } from '../../server/lib/json-scanner.ts';
import { redactText } from '../../server/lib/redact.ts';
import { createSseDecoder } from '../../server/lib/sse.ts';
import { readCredentialLines } from '../../server/pool/import-credentials.ts';
import { encodeForRoute } from '../../server/upstream/routes/encode-for-route.ts';
import { upstreamRoutes } from '../../server/upstream/routes/index.ts';
import type { UpstreamRoute } from '../../server/upstream/routes/route.ts';
import { assertWellFormed } from '../golden/assert-well-formed.ts';
import { modelOf } from '../golden/models.ts';
import { type RecordedRequest, recordedRequest, recordedRequests } from '../golden/recorded-requests.ts';
import { endpointOf, replay } from '../golden/replay.ts';
import { contextOf } from '../support/request-context.ts';

/** A reader of untrusted input. */
export interface Target {
  readonly name: string;
  /** Initial inputs. */
  readonly corpus: readonly Buffer[];
  /** Throws or rejects if the input violates an invariant. */
  run(input: Buffer): void | Promise<void>;
}

function bodiesOf(dialect: string): Buffer[] {
  return recordedRequests(dialect).map(({ body }) => Buffer.from(body));
}

/** A request must be refused in the dialect's format, or be encoded as JSON by every route. */
function requestTarget(dialect: Dialect): Target {
  const hello = recordedRequest(dialect.name, 'hello');
  const endpoint = endpointOf(dialect, hello);
  return {
    name: `request-${dialect.name}`,
    corpus: bodiesOf(dialect.name),
    run(input) {
      const decoded = unlessRefused(() => endpoint.decodeRequest(toJsonBody(input), hello.head, contextOf()), dialect);
      if (decoded === undefined) return;
      for (const route of upstreamRoutes.values()) encodeFor(route, decoded, dialect);
    },
  };
}

function encodeFor(route: UpstreamRoute, decoded: DecodedRequest, dialect: Dialect): void {
  const model = modelOf(route).endpoints[0]?.upstreamModel ?? '';
  const target = { model, maxOutputTokens: 64_000, refusedMembers: new Set<string>() };
  const request = () => ({ ...decoded.request(), choiceCount: 1 });
  const encoded = unlessRefused(() => encodeForRoute(route, { ...decoded, request }, target), dialect);
  if (encoded === undefined) return;
  expect(encoded.path).toMatch(/^\/[\x21-\x7e]+$/);
  expect(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(encoded.body)))).toBeTypeOf(
    'object',
  );
}

/** @returns undefined for a refused request; the refusal must be the request's fault */
function unlessRefused<T>(work: () => T, dialect: Dialect): T | undefined {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    expect([error.kind, error.fault]).toEqual([expect.stringMatching(/invalid-request|not-found/), 'request']);
    const told = dialect.encodeFailure(error, { requestId: 'x' });
    expect(told.status).toBeGreaterThanOrEqual(400);
    expect(told.status).toBeLessThan(500);
    JSON.parse(told.body);
    return undefined;
  }
}

/** Maximum number of answers per route, because each is encoded in every dialect. */
const mostAnswers = 24;
const serverFolder = join(import.meta.dirname, '../../server');

/** Recorded answers of a route or its dialect, or else the gateway's own answers in that dialect. */
function answersOf(route: UpstreamRoute): Buffer[] {
  const folders = [
    join(serverFolder, 'upstream/routes', route.name, 'fixtures'),
    join(serverFolder, 'dialects', route.dialect, 'fixtures/answers'),
  ];
  const recorded = folders
    .flatMap((folder) => globSync(`${folder}/*.{sse,json,txt,html,bin}`))
    .map((file) => readFileSync(file));
  return recorded.length > 0 ? recorded : ownAnswers(route.dialect);
}

function allAnswers(): Buffer[] {
  return [...upstreamRoutes.values()].flatMap(answersOf).filter(({ length }) => length < 20_000);
}

function ownAnswers(dialect: string): Buffer[] {
  const expected = join(import.meta.dirname, '../golden/expected/answers');
  return globSync(`${expected}/unified/*/${dialect}.{stream,plain}.txt`)
    .sort()
    .map((file) => readFileSync(file))
    .filter((bytes) => bytes.subarray(0, 4).equals(Buffer.from('200\n')))
    .map((bytes) => bytes.subarray(4));
}

/**
 * For any upstream answer in any pieces, the events must be valid, and every dialect must produce well-formed output.
 */
function answerTarget(route: UpstreamRoute): Target {
  const asked = new Map(dialects.map((dialect) => [dialect, recordedOf(dialect)]));
  return {
    name: `answer-${route.name}`,
    corpus: answersOf(route)
      .filter(({ length }) => length < 50_000)
      .slice(0, mostAnswers),
    async run(input) {
      const isEventStream = input[0] === 0 && input.length > 16;
      const contentType = isEventStream ? 'application/vnd.amazon.eventstream' : undefined;
      const decoder = route.createDecoder({ secrets: [], contentType, frames: undefined });
      const cut = input.length === 0 ? 0 : (input[0] ?? 0) % input.length;
      const parts = [input.subarray(0, cut), input.subarray(cut)];
      const events: ConversationEvent[] = parts.flatMap((part) => decoder.decode(part));
      events.push(...decoder.end());
      checkEvents(events);
      for (const [dialect, { hello, stream }] of asked) {
        const options = { dialect, route, ...(contentType !== undefined && { contentType }) };
        const streamed = await replay({ ...options, request: stream }, parts);
        const whole = await replay({ ...options, request: hello }, parts);
        // Relayed answers contain the upstream's own mistakes.
        if (route.dialect === dialect.name) continue;
        assertWellFormed(dialect.name, streamed, true);
        assertWellFormed(dialect.name, whole, false);
      }
    },
  };
}

function recordedOf({ name }: Dialect): { hello: RecordedRequest; stream: RecordedRequest } {
  return { hello: recordedRequest(name, 'hello'), stream: recordedRequest(name, 'hello-stream') };
}

/** Frames must not depend on where the bytes are split. */
function readEvents(input: Buffer): void {
  expect(framesOf([...input].map((byte) => Uint8Array.of(byte)))).toEqual(framesOf([input]));
}

function framesOf(parts: readonly Uint8Array[]): string[] {
  const frames: string[] = [];
  const decoder = createSseDecoder({ takeFrame: (data, event) => void frames.push(`${event}\n${data}`) });
  for (const part of parts) decoder.decodeChunk(part);
  decoder.end();
  return frames;
}

/** Counting must not judge whether the body is JSON; abridged parts must be restored. */
function measureBody(input: Buffer): void {
  const long = Buffer.concat([input.subarray(0, 100), Buffer.alloc(400_000, 'A'), input.subarray(100)]);
  const scanner = new JsonScanner({ values: 1e6, members: 1e6, levels: 1e6 });
  for (let start = 0; start < long.length; start += 65_536) scanner.scan(long.subarray(start, start + 65_536));
  const body = new AbridgedBody({ bytes: long, scan: scanner.finish(long) }, scanner.runs);
  expect(Buffer.concat(body.complete([body.bytes])).equals(long)).toBe(true);
}

function importFiles(): Buffer[] {
  const { environmentFile, rovodevEnvironmentFile, authFiles, proxyConfiguration, credentialJson, lineFile, csvFile } =
    sources;
  const files = [environmentFile, rovodevEnvironmentFile, ...authFiles, proxyConfiguration, credentialJson];
  return [...files, lineFile, csvFile, ...sources.goDatabase()].map(({ bytes }) => Buffer.from(bytes));
}

const secret = 'ATATT3xFfGF0+a/secret=of?ours&4A5B6C7D';
const forms = [
  secret,
  encodeURIComponent(secret),
  JSON.stringify(JSON.stringify(secret)),
  Buffer.from(secret).toString('base64'),
  Buffer.from(`owner@example.com:${secret}`).toString('base64'),
  Buffer.from(secret).toString('hex'),
  `${secret.slice(0, 12)}\r\n ${secret.slice(12)}`,
];

/** Secrets must be redacted in any spelling and context. */
function redact(input: Buffer): void {
  const at = (input[0] ?? 0) % (input.length + 1);
  const form = forms[(input[1] ?? 0) % forms.length] ?? secret;
  // Surrounded by blanks, because an adjacent hexadecimal digit would change the number.
  const text = `${input.toString('latin1', 0, at)} ${form} ${input.toString('latin1', at)}`;
  const clean = redactText(text, [secret], 400);
  expect(clean.length).toBeLessThanOrEqual(400);
  for (const written of forms) expect(clean.includes(written)).toBe(false);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  expect(clean).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e]/);
}

export const targets: readonly Target[] = [
  ...dialects.map(requestTarget),
  ...[...upstreamRoutes.values()].map(answerTarget),
  { name: 'sse', corpus: allAnswers(), run: readEvents },
  { name: 'json-meter', corpus: dialects.flatMap(({ name }) => bodiesOf(name)), run: measureBody },
  { name: 'credential-lines', corpus: importFiles(), run: (input) => void readCredentialLines(input.toString('utf8')) },
  { name: 'imported-files', corpus: importFiles(), run: (input) => void readFiles([{ name: 'a', bytes: input }]) },
  { name: 'redaction', corpus: [...importFiles(), ...allAnswers().slice(0, 10)], run: redact },
];
