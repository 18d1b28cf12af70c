import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Simulator, startSimulator } from '../../../../simulator/start-simulator.ts';
import type { ConversationEvent, TextKind } from '../../../conversation/events.ts';
import type { ConversationRequest } from '../../../conversation/request.ts';
import { toPlainEvents } from '../../../conversation/testing/plain-events.ts';
import { createUpstreamClient, type UpstreamClient } from '../../client.ts';
import { createUnifiedRoute } from './index.ts';
import { decoderOptions } from './testing/describe-events.ts';

let simulator: Simulator;
let client: UpstreamClient;
const route = createUnifiedRoute();

beforeAll(async () => {
  simulator = await startSimulator();
  client = createUpstreamClient({
    origin: simulator.origin,
    timeouts: () => ({ connect: 2000, firstByte: 5000, wholeAnswer: 5000, silence: 5000 }),
  });
});
afterAll(async () => {
  await client.close();
  await simulator.close();
});

const words = 'Grüß dich, 世界! 🔐 "quoted" \\ and more';

function ask(
  request: Partial<ConversationRequest>,
  knobs: Readonly<Record<string, string>>,
): Promise<ConversationEvent[]> {
  const tags = Object.entries(knobs).map(([name, value]) => `+${name}_${value}`);
  const whole: ConversationRequest = {
    model: 'm',
    stream: true,
    messages: [{ role: 'user', parts: [{ type: 'text', text: 'Hello' }] }],
    tools: [],
    choiceCount: 1,
    ...request,
  };
  const encoded = route.encodeRequest(whole, {
    model: 'claude-sonnet-4@20250514',
    maxOutputTokens: null,
    refusedMembers: new Set(),
  });
  const decoder = route.createDecoder(decoderOptions);
  const events: ConversationEvent[] = [];
  return new Promise((resolve, reject) => {
    client.send(
      { ...encoded, account: { email: `owner${tags.join('')}@example.com`, token: 'ATATT-token', cloudId: null } },
      {
        onStart: () => undefined,
        onData: (chunk) => void events.push(...decoder.decode(chunk)),
        onEnd: () => resolve([...events, ...decoder.end()]),
        onFailure: reject,
      },
    );
  });
}

const form = fc.record({
  'chunk-key': fc.constantFrom('message', 'delta'),
  content: fc.constantFrom('array', 'string'),
  'content-parts': fc.constantFrom('1', '3'),
  role: fc.constantFrom('first', 'all', 'none'),
  'envelope-fields': fc.constantFrom('full', 'minimal'),
  usage: fc.constantFrom('last', 'every', 'trailing', 'response-payload', 'none'),
  'usage-names': fc.constantFrom('auto', 'input-output', 'prompt-completion'),
  finish: fc.constantFrom('native', 'null', 'stop'),
  reasoning: fc.constantFrom('none', 'reasoning_content', 'reasoning', 'thinking'),
  'answer-as': fc.constantFrom('auto', 'json', 'sse'),
  'stream-end': fc.constantFrom('done', 'no-done'),
  'last-chunk': fc.constantFrom('empty', 'text', 'no-choices'),
  filler: fc.constantFrom('none', 'no-choices', 'no-content', 'empty-object'),
  'line-end': fc.constantFrom('lf', 'crlf', 'cr'),
  lines: fc.constantFrom(
    { 'event-separator': 'blank-line', 'data-lines': 'one' },
    { 'event-separator': 'blank-line', 'data-lines': 'many' },
    { 'event-separator': 'single-line', 'data-lines': 'one' },
  ),
  'last-frame': fc.constantFrom('ended', 'unended'),
  comments: fc.constantFrom('off', 'on'),
  'data-space': fc.constantFrom('on', 'off'),
  'event-lines': fc.constantFrom('auto', 'on', 'off'),
  'json-style': fc.constantFrom('compact', 'spaced', 'ascii', 'escaped-keys'),
  'write-size': fc.constantFrom('0', '0', '0', '97'),
  compression: fc.constantFrom('none', 'gzip', 'br'),
});
const tools = fc.record({
  'tool-call-count': fc.constantFrom('1', '3'),
  'tool-stream': fc.constantFrom('whole', 'fragments'),
  'tool-arguments': fc.constantFrom('string', 'object'),
  'tool-id': fc.constantFrom('present', 'missing'),
  'tool-index': fc.constantFrom('present', 'missing'),
});

test('every form of an answer gives the same events', async () => {
  await fc.assert(
    fc.asyncProperty(form, fc.boolean(), async ({ lines, ...knobs }, stream) => {
      const text = encodeURIComponent(words);
      const events = await ask({ stream }, { ...knobs, ...lines, text });
      const join = (kind: TextKind) =>
        toPlainEvents(events)
          .map((event) => (event.type === 'block-delta' && event.kind === kind ? event.text : ''))
          .join('');
      expect(join('text')).toBe(words);
      expect(join('reasoning')).toBe(knobs.reasoning === 'none' ? '' : 'The simulator thinks about the question.');
      expect(events.filter((event) => event.type === 'finish')).toMatchObject([{ choice: 0, reason: 'stop' }]);
      expect(events.at(-1)?.type).toBe('finish');
      expect(events[0]).toEqual({ type: 'start', upstreamModel: 'claude-sonnet-4@20250514' });
      expect(events.some((event) => event.type === 'usage')).toBe(knobs.usage !== 'none');
    }),
    { numRuns: 60 },
  );
});

test('every form of a tool call gives the same events', async () => {
  const parameters = {
    type: 'object',
    properties: { city: { type: 'string' }, days: { type: 'integer' } },
    required: ['city', 'days'],
  };
  await fc.assert(
    fc.asyncProperty(form, tools, fc.boolean(), async ({ lines, ...knobs }, toolKnobs, stream) => {
      const events = await ask(
        { stream, tools: [{ type: 'function', name: 'get_weather', parameters }], toolChoice: { type: 'required' } },
        { ...knobs, ...lines, ...toolKnobs },
      );
      const calls: { name: string; id: string; text: string }[] = [];
      for (const event of events) {
        if (event.type === 'block-start' && event.kind === 'tool-call') {
          calls.push({ name: event.name, id: event.id, text: '' });
        }
        const call = calls.at(-1);
        if (event.type === 'block-delta' && event.kind === 'tool-call' && call !== undefined) call.text += event.text;
      }
      expect(calls).toHaveLength(Number(toolKnobs['tool-call-count']));
      expect(new Set(calls.map((call) => call.id)).size).toBe(calls.length);
      for (const call of calls) {
        expect(call.name).toBe('get_weather');
        expect(JSON.parse(call.text)).toMatchObject({ city: expect.any(String), days: expect.any(Number) });
      }
      expect(events.at(-1)).toMatchObject({ type: 'finish', choice: 0, reason: 'tool-calls' });
    }),
    { numRuns: 60 },
  );
});
