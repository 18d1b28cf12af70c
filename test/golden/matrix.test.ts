import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { requireOpenAiSchema } from '../schemas/openai.ts';
import { type ClientAnswer, replay } from './replay.ts';

const folder = join(import.meta.dirname, '../../server/upstream/routes/unified/fixtures');
const variants = readdirSync(folder).filter((name) => /\.(sse|json|txt|html)$/.test(name));

/** The payloads of a stream's events; comments are left out. */
function payloadsOf(body: string): string[] {
  return body
    .split('\n\n')
    .filter((frame) => frame.startsWith('data: '))
    .map((frame) => frame.slice('data: '.length));
}

function assertWellFormed({ status, body }: ClientAnswer, stream: boolean): void {
  if (status !== 200) requireOpenAiSchema('ErrorResponse', JSON.parse(body));
  else if (stream) assertWellFormedStream(body);
  else requireOpenAiSchema('CreateChatCompletionResponse', JSON.parse(body));
}

function assertWellFormedStream(body: string): void {
  const payloads = payloadsOf(body);
  const last = payloads.at(-1);
  const isDone = last === '[DONE]';
  const chunks = payloads.slice(0, -1).map((payload) => JSON.parse(payload));
  for (const chunk of chunks) requireOpenAiSchema('CreateChatCompletionStreamResponse', chunk);
  expect(payloads.filter((payload) => payload === '[DONE]')).toHaveLength(isDone ? 1 : 0);
  if (!isDone) requireOpenAiSchema('ErrorResponse', JSON.parse(last ?? 'null'));
  const reasons = chunks.flatMap((chunk) => chunk.choices).filter((choice) => choice.finish_reason !== null);
  const indices = new Set(chunks.flatMap((chunk) => chunk.choices).map((choice) => choice.index));
  if (isDone) expect(reasons).toHaveLength(indices.size);
}

describe.each(variants)('the upstream variant %s', (name) => {
  const bytes = readFileSync(join(folder, name));

  it.each([
    ['stream', true],
    ['plain', false],
  ] as const)('gives the expected bytes, %s', async (form, stream) => {
    const answer = await replay([bytes], stream);
    assertWellFormed(answer, stream);
    await expect(`${answer.status}\n${answer.body}\n`).toMatchFileSnapshot(`expected/${name}.${form}.txt`);
  });

  it('gives the same bytes wherever it is cut', async () => {
    const whole = { stream: await replay([bytes], true), plain: await replay([bytes], false) };
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 12 }), async (cuts) => {
        const places = [0, ...cuts.toSorted((left, right) => left - right), bytes.length];
        const pieces = places.slice(1).map((end, index) => bytes.subarray(places[index], end));
        expect(await replay(pieces, true)).toEqual(whole.stream);
        expect(await replay(pieces, false)).toEqual(whole.plain);
      }),
      { numRuns: 15 },
    );
    const single = [...bytes].map((byte) => Uint8Array.of(byte));
    expect(await replay(single, true)).toEqual(whole.stream);
  });
});
