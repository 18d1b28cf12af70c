import { describe, expect, test } from 'vitest';
import type { Message, Part } from '../../conversation/message.ts';
import type { ConversationRequest } from '../../conversation/request.ts';
import { upstreamRoutes } from './index.ts';

/*
 * Encoding a request must not block the event loop for long, whatever the client sent: it takes linear time, and JSON
 * inside strings is bounded. Each case takes about 20 ms of CPU time; without the bound it took 400 ms to 2 s.
 */
const maxMilliseconds = 300;
const runs = 2;
const many = 15_000;
const manyCalls = 5000;

const text = (content: string): Part => ({ type: 'text', text: content });
const call = (id: string, args: string): Part => ({ type: 'tool-call', id, name: 'f', arguments: args });
const result = (callId: string, content: string): Part => ({ type: 'tool-result', callId, parts: [text(content)] });
const say = (role: Message['role'], ...parts: Part[]): Message => ({ role, parts });
const repeat = (make: () => Message) => Array.from({ length: many }, make);

const objects = `{"a":[${'{},\n'.repeat(1_000_000)}{}]}`;
const numbers = `{"a":[${'1e5,\n'.repeat(500_000)}1]}`;
const members = `{${Array.from({ length: 300_000 }, (_, index) => `"k${index}":1`).join()}}`;
const answered = (args: string, output: string) => [
  say('user', text('q')),
  say('assistant', call('c1', args)),
  say('user', result('c1', output)),
];

const histories: readonly [string, readonly Message[]][] = [
  ['messages of the user', repeat(() => say('user', text('q')))],
  [
    'messages of the assistant',
    [say('user', text('q')), ...repeat(() => say('assistant', text('a'))), say('user', text('q'))],
  ],
  [
    'instructions between messages of the user',
    repeat(() => say('user', text('q'))).map((message, index) =>
      index % 2 === 0 ? message : say('system', text('s')),
    ),
  ],
  [
    'calls and their results',
    [
      say('user', text('q')),
      say('assistant', ...Array.from({ length: manyCalls }, (_, index) => call(`c${index}`, '{}'))),
      ...Array.from({ length: manyCalls }, (_, index) => say('user', result(`c${index}`, 'x'))),
    ],
  ],
  ['objects in the arguments of a call', answered(objects, 'x')],
  ['numbers in the arguments of a call', answered(numbers, 'x')],
  ['members in the arguments of a call', answered(members, 'x')],
  ['objects in a result', answered('{}', objects)],
  ['members in a result', answered('{}', members)],
];

const models: Readonly<Record<string, string>> = { unified: 'anthropic:claude-sonnet-4@20250514' };

const [hello = []] = histories.map(([, messages]) => messages.slice(0, 1));
const names = Array.from({ length: manyCalls }, (_, index) => `tool${index}`);
const usual: ConversationRequest = { model: 'm', stream: false, messages: hello, tools: [], choiceCount: 1 };
const choices: readonly [string, Partial<ConversationRequest>][] = (['auto', 'required'] as const).map((mode) => [
  `allowed tools (${mode})`,
  {
    tools: [
      ...names.map((name) => ({ type: 'function', name }) as const),
      { type: 'vendor', dialect: 'none', name: 'search', value: {} },
    ],
    toolChoice: { type: 'allowed', mode, names },
  },
]);

describe.each([...upstreamRoutes.values()])('$name', (route) => {
  test.each<[string, Partial<ConversationRequest>]>([
    ...histories.map(([name, messages]): [string, Partial<ConversationRequest>] => [name, { messages }]),
    ...choices,
  ])('many %s', (_name, members) => {
    const request: ConversationRequest = { ...usual, ...members };
    const target = { model: models[route.name] ?? 'm', maxOutputTokens: null, refusedMembers: new Set<string>() };
    const times = Array.from({ length: runs }, () => {
      const before = process.threadCpuUsage();
      const { body } = route.encodeRequest(request, target);
      const { user, system } = process.threadCpuUsage(before);
      expect(body.length).toBeGreaterThan(0);
      return (user + system) / 1000;
    });
    expect(Math.min(...times)).toBeLessThan(maxMilliseconds);
  });
});
