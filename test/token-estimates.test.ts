import { Buffer } from 'node:buffer';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Part } from '../server/conversation/message.ts';
import type { ConversationRequest, FunctionTool } from '../server/conversation/request.ts';
import { TranslationLog } from '../server/conversation/translation.ts';
import { encodeMessagesRequest } from '../server/dialects/anthropic-messages/encode-request.ts';
import { encodeChatRequest } from '../server/dialects/openai-chat/encode-request.ts';
import { traitsOf } from '../server/dialects/openai-chat/vendor-traits.ts';
import { createTokenEstimator } from '../server/ledger/token-estimator.ts';
import { isRecord, readArray, readRecord } from '../server/lib/json.ts';
import { promptBlocks as anthropicBlocks } from '../simulator/anthropic/prompt-blocks.ts';
import { readMessagesRequest } from '../simulator/anthropic/request.ts';
import { initialBehaviour } from '../simulator/behaviour.ts';
import { promptBlocks as openaiBlocks } from '../simulator/openai/prompt-blocks.ts';
import { sumTokens } from '../simulator/tokens/prompt-block.ts';

/*
 * Tests how well the estimator learns from the simulator's usage reports, which differ from it about as much as
 * vendors' do.
 */

const project = join(import.meta.dirname, '..');
const read = (file: string) => readFileSync(join(project, file), 'utf8');
const corpora = {
  // Early decisions rarely change, so the results stay comparable.
  English: readdirSync(join(project, 'docs/decisions'))
    .filter((name) => /^00\d-/.test(name))
    .toSorted()
    .map((name) => read(`docs/decisions/${name}`))
    .join('\n'),
  Chinese: read('README.zh-CN.md'),
  code: read('server/lib/sse.ts') + read('server/lib/scan-json.ts') + read('server/lib/edit-json.ts'),
};
type Corpus = keyof typeof corpora;
const schemas = Object.entries(readRecord(readRecord(JSON.parse(read('test/fixtures/anthropic-schemas.json'))).$defs));

/** Seeded pseudo-random numbers from 0 to 1. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}

function excerpt(corpus: Corpus, random: () => number): string {
  const text = corpora[corpus];
  const length = 200 + Math.floor(random() * 4000);
  const start = Math.floor(random() * Math.max(1, text.length - length));
  return text.slice(start, start + length);
}

function image(random: () => number): Part {
  const bytes = Buffer.alloc(32);
  bytes.write('\x89PNG\r\n\x1a\n', 0, 'latin1');
  bytes.writeUInt32BE(100 + Math.floor(random() * 1200), 16);
  bytes.writeUInt32BE(100 + Math.floor(random() * 1200), 20);
  return { type: 'image', source: { type: 'base64', mediaType: 'image/png', data: bytes.toString('base64') } };
}

function tools(random: () => number): FunctionTool[] {
  const first = Math.floor(random() * (schemas.length - 30));
  return schemas.slice(first, first + 5 + Math.floor(random() * 20)).map(([name, parameters]) => ({
    type: 'function',
    name,
    description: excerpt('English', random).slice(0, 300),
    parameters: isRecord(parameters) ? { type: 'object', properties: readRecord(parameters.properties) } : {},
  }));
}

function ask(parts: readonly Part[], given: readonly FunctionTool[] = []): ConversationRequest {
  return {
    model: 'm',
    stream: false,
    messages: [
      { role: 'system', parts: [{ type: 'text', text: 'Be brief.' }] },
      { role: 'user', parts: [...parts, { type: 'text', text: 'What is this?' }] },
    ],
    tools: given,
    choiceCount: 1,
  };
}

const makers: Readonly<Record<string, (random: () => number) => ConversationRequest>> = {
  'English text': (random) => ask([{ type: 'text', text: excerpt('English', random) }]),
  'Chinese text': (random) => ask([{ type: 'text', text: excerpt('Chinese', random) }]),
  code: (random) => ask([{ type: 'text', text: excerpt('code', random) }]),
  tools: (random) => ask([{ type: 'text', text: excerpt('English', random) }], tools(random)),
  images: (random) => ask([image(random), image(random)]),
};

/** The simulator's token count for a request, encoded for each vendor. */
const vendors: Readonly<Record<string, (request: ConversationRequest) => number>> = {
  Claude(request) {
    const target = {
      model: 'claude-sonnet-4',
      maxOutputTokens: null,
      notes: new TranslationLog(),
      refusedMembers: new Set<string>(),
    };
    const { body } = encodeMessagesRequest(request, target);
    return sumTokens(
      anthropicBlocks(readMessagesRequest(JSON.parse(JSON.stringify(body)), 'claude', '', initialBehaviour)),
    );
  },
  GPT(request) {
    const body = readRecord(
      JSON.parse(JSON.stringify(encodeChatRequest(request, traitsOf('gpt-5'), new TranslationLog()))),
    );
    const tools = readArray(body.tools).filter(isRecord);
    return sumTokens(openaiBlocks(tools, undefined, readArray(body.messages).filter(isRecord), 'openai'));
  },
};

/** Sorted relative errors of the estimates after this many requests of the same kinds. */
function errorsOf(vendor: string, kinds: readonly string[], lessons: number): readonly number[] {
  const count = vendors[vendor] ?? (() => 0);
  const seeds = Array.from({ length: 10 }, (_, index) => index + 1);
  const errors = seeds.flatMap((seed) => {
    const estimator = createTokenEstimator();
    const random = randomNumbers(seed);
    const next = (index: number) => (makers[kinds[index % kinds.length] ?? ''] ?? (() => ask([])))(random);
    for (let index = 0; index < lessons; index += 1) {
      const request = next(index);
      estimator.learn('m', count(request), { request });
    }
    return Array.from({ length: 20 }, (_, index) => {
      const request = next(index);
      return Math.abs(estimator.countInput('m', request) / count(request) - 1);
    });
  });
  return errors.sort((left, right) => left - right);
}

const worstOf = (errors: readonly number[]) => errors.at(-1);
/** The 95th percentile of the errors. */
const usualWorstOf = (errors: readonly number[]) => errors[Math.floor(errors.length * 0.95)];

describe.each(Object.keys(vendors))('%s, after ten requests', (vendor) => {
  test.each([
    ['English text', 0.05],
    ['Chinese text', 0.05],
    ['code', 0.05],
    ['tools', 0.1],
    ['images', 0.1],
  ])('%s is estimated within %d, and hardly ever further off', (kind, bound) => {
    const errors = errorsOf(vendor, [kind], 10);
    expect(usualWorstOf(errors)).toBeLessThan(bound);
    expect(worstOf(errors)).toBeLessThan(0.15);
  });

  test('a mixture of all is estimated within 0.1', () => {
    expect(usualWorstOf(errorsOf(vendor, Object.keys(makers), 20))).toBeLessThan(0.1);
  });

  test('nothing is absurd before', () => {
    expect(worstOf(errorsOf(vendor, Object.keys(makers), 0))).toBeLessThan(0.8);
  });
});
