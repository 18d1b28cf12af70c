import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { isRecord, type JsonRecord, readArray, readRecord } from '../../server/lib/json.ts';
import { startTestBench, type TestBench } from '../support/gateway.ts';

const turns = 30;
const claude = 'anthropic:claude-sonnet-4-5@20250929';
const gemini = 'google:gemini-3-flash-preview';
const tool = { type: 'function', function: { name: 'get_weather', parameters: { type: 'object', properties: {} } } };

let bench: TestBench;
beforeAll(async () => {
  bench = await startTestBench();
  await bench.addCredential('owner@example.com');
  await bench.useOnlyRoute(claude, 'vertex-anthropic');
  await bench.useOnlyRoute(gemini, 'vertex-gemini');
});
afterAll(() => bench.close());
beforeEach(() => {
  bench.simulator.control.reset();
  bench.simulator.control.setDefault({ strict: 'vendor', 'tool-calls': 'always' });
});

const answerSchema = z.object({
  choices: z.tuple([
    z.object({ message: z.looseObject({ tool_calls: z.array(z.looseObject({ id: z.string() })).min(1) }) }),
  ]),
});

/** The part of an answer that a client keeps. */
type Keep = (message: JsonRecord) => JsonRecord;
const asOpenaiHasIt: Keep = ({ role, content, tool_calls }) => ({ role, content, tool_calls });
const asDeepseekHasIt: Keep = (message) => ({
  ...asOpenaiHasIt(message),
  reasoning_content: message.reasoning_content,
});
const asOpenrouterHasIt: Keep = (message) => ({
  ...asOpenaiHasIt(message),
  reasoning: message.reasoning_content,
  reasoning_details: message.reasoning_details,
});

interface LoopOptions {
  readonly model: string;
  readonly keep: Keep;
  readonly length?: number;
  readonly stream?: boolean;
  /** Called before each turn, with its number. */
  readonly before?: (turn: number) => Promise<void>;
}

/** A tool-call loop in Chat Completions with thinking. @returns the upstream request of each turn */
async function loop({ model, keep, length = turns, stream = false, before }: LoopOptions): Promise<JsonRecord[]> {
  const messages: JsonRecord[] = [{ role: 'user', content: 'What is the weather like?' }];
  for (let turn = 0; turn < length; turn += 1) {
    await before?.(turn);
    const body = { model, messages, tools: [tool], reasoning_effort: 'medium', stream };
    const response = await bench.chat(body);
    const text = await response.text();
    expect([turn, response.status, response.status === 200 ? '' : text]).toEqual([turn, 200, '']);
    const message = stream ? joinChunks(text) : answerSchema.parse(JSON.parse(text)).choices[0].message;
    const calls = z.array(z.object({ id: z.string() })).parse(message.tool_calls);
    messages.push(keep(message));
    messages.push(...calls.map(({ id }) => ({ role: 'tool', tool_call_id: id, content: `sunny, turn ${turn}` })));
  }
  const sent = bench.simulator.control.requests({ kind: 'model' });
  expect(sent.map(({ status }) => status)).toEqual(Array(length).fill(200));
  return sent.map(({ body }) => readRecord(body));
}

/** Assembles the message of a stream like clients that support OpenRouter. */
function joinChunks(text: string): JsonRecord {
  const message = { role: 'assistant', content: null, reasoning_content: '', reasoning_details: [] as unknown[] };
  const calls: { id: string; type: 'function'; function: { name: string; arguments: string } }[] = [];
  const call = z.object({
    index: z.number(),
    id: z.string().optional(),
    function: z.object({ name: z.string().optional(), arguments: z.string() }),
  });
  for (const line of text.split('\n').filter((one) => one.startsWith('data: {'))) {
    const [choice] = readArray(readRecord(JSON.parse(line.slice(6))).choices);
    const delta = readRecord(readRecord(choice).delta);
    message.reasoning_content += typeof delta.reasoning_content === 'string' ? delta.reasoning_content : '';
    message.reasoning_details.push(...readArray(delta.reasoning_details));
    for (const piece of z.array(call).parse(readArray(delta.tool_calls))) {
      const { name = '', arguments: written } = piece.function;
      calls[piece.index] ??= { id: piece.id ?? '', type: 'function', function: { name, arguments: '' } };
      const known = calls[piece.index];
      if (known !== undefined) known.function.arguments += written;
    }
  }
  return { ...message, tool_calls: calls };
}

/** The blocks of the assistant turns in Claude's request. */
function turnsOf(body: JsonRecord): unknown[][] {
  return readArray(body.messages).flatMap((message) => {
    const { role, content } = readRecord(message);
    return role === 'assistant' ? [readArray(content).map((block) => readRecord(block).type)] : [];
  });
}

function expectThoughts(sent: readonly JsonRecord[], shape: readonly string[]): void {
  for (const [turn, body] of sent.entries()) {
    expect(body.thinking).toMatchObject({ type: 'enabled' });
    expect(turnsOf(body)).toEqual(Array(turn).fill(shape));
  }
}

describe('thinking goes on over a loop of tool calls', () => {
  test.each([
    ['nothing but what OpenAI knows', asOpenaiHasIt, false],
    ['reasoning_content, too', asDeepseekHasIt, false],
    ['nothing but what OpenAI knows, streaming', asOpenaiHasIt, true],
  ])('for a client that keeps %s', async (_name, keep, stream) => {
    expectThoughts(await loop({ model: claude, keep, stream }), ['thinking', 'tool_use']);
  });

  test.each([
    ['whole', false],
    ['streaming', true],
  ])('for a client that keeps reasoning_details, without any memory, %s', async (_name, stream) => {
    const before = async (turn: number) => {
      if (turn === 3) await bench.restart();
    };
    const sent = await loop({ model: claude, keep: asOpenrouterHasIt, length: 6, stream, before });
    expectThoughts(sent, ['thinking', 'tool_use']);
  });

  test('with calls side by side, thinking between them, and thinking that nobody may read', async () => {
    bench.simulator.control.setDefault({
      ...{ strict: 'vendor', 'tool-calls': 'always', 'tool-call-count': 3 },
      ...{ 'reasoning-place': 'interleaved', 'reasoning-form': 'mixed' },
    });
    const sent = await loop({ model: claude, keep: asOpenaiHasIt, length: 6 });
    for (const body of sent.slice(1)) {
      expect(body.thinking).toMatchObject({ type: 'enabled' });
      const [blocks = []] = turnsOf(body);
      expect(blocks.slice(0, 2)).toEqual(['thinking', 'redacted_thinking']);
      expect(blocks.filter((type) => type === 'thinking')).toHaveLength(3);
      expect(blocks.filter((type) => type === 'tool_use')).toHaveLength(3);
    }
  });

  test('what one key’s client thought, another key’s does not get', async () => {
    const sent = await loop({ model: claude, keep: asOpenaiHasIt, length: 3 });
    const other = await bench.generateKey('another');
    const response = await fetch(`${bench.baseURL}/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${other.key}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        ...{ model: claude, tools: [tool], reasoning_effort: 'medium' },
        messages: toChat(sent.at(-1)),
      }),
    });
    expect(response.status).toBe(200);
    const last = readRecord(bench.simulator.control.lastRequest().body);
    expect(turnsOf(last)).toEqual([['tool_use'], ['tool_use']]);
    expect(last.thinking).toBeUndefined();
  });

  test('a turn whose proof was forgotten is sent without thinking', async () => {
    const before = async (turn: number) => {
      if (turn === 2) await bench.restart();
    };
    const sent = await loop({ model: claude, keep: asDeepseekHasIt, length: 4, before });
    expect(sent.map(({ thinking }) => thinking !== undefined)).toEqual([true, true, false, false]);
  });
});

/** Converts the conversation of a Claude body to Chat Completions. */
function toChat(body: JsonRecord | undefined): JsonRecord[] {
  return readArray(body?.messages).flatMap((message): JsonRecord[] => {
    const { role, content } = readRecord(message);
    const blocks = readArray(content).filter(isRecord);
    const results = blocks.filter(({ type }) => type === 'tool_result');
    if (results.length > 0)
      return results.map((one) => ({ role: 'tool', tool_call_id: one.tool_use_id, content: 'x' }));
    const calls = blocks.filter(({ type }) => type === 'tool_use');
    if (calls.length === 0) return [{ role, content: 'What is the weather like?' }];
    const wire = calls.map(({ id, name }) => ({ id, type: 'function', function: { name, arguments: '{}' } }));
    return [{ role: 'assistant', content: null, tool_calls: wire }];
  });
}

/** The signatures of the calls in Gemini's request. */
function signaturesOf(body: JsonRecord): unknown[] {
  const parts = readArray(body.contents)
    .flatMap((content) => readArray(readRecord(content).parts))
    .filter(isRecord);
  return parts.flatMap((part) => (part.functionCall === undefined ? [] : [part.thoughtSignature]));
}

test('Gemini gets its own signatures back, and the documented word where they are forgotten', async () => {
  const before = async (turn: number) => {
    if (turn === 4) await bench.restart();
  };
  const sent = await loop({ model: gemini, keep: asOpenaiHasIt, length: 6, before });
  const sentinel = 'skip_thought_signature_validator';
  expect(sent.slice(0, 4).flatMap(signaturesOf)).not.toContain(sentinel);
  const [, , , , forgotten = {}, goesOn = {}] = sent.map(signaturesOf).map((signatures) => ({ signatures }));
  expect(forgotten).toEqual({ signatures: [sentinel, sentinel, sentinel, sentinel] });
  expect(goesOn).toEqual({ signatures: [sentinel, sentinel, sentinel, sentinel, expect.not.stringMatching(sentinel)] });
});
