import { beforeAll, describe, expect, test } from 'vitest';
import { withoutUndefined } from '../../../server/lib/without-undefined.ts';
import { sealProof } from '../../answer/proofs.ts';
import { type Simulator, startSimulator } from '../../start-simulator.ts';
import { askRoute, pick, wordsOf } from '../../test-client.ts';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
  return () => simulator.close();
});

const user = { role: 'user', content: 'hi' };
const tool = { name: 'f', input_schema: { type: 'object', properties: {} } };
const use = (id = 't', over: object = {}): object => ({ type: 'tool_use', id, name: 'f', input: {}, ...over });
const result = (id = 't', over: object = {}): object => ({
  type: 'tool_result',
  tool_use_id: id,
  content: 'x',
  ...over,
});
const assistant = (...content: readonly object[]): object => ({ role: 'assistant', content });
const answer = (...content: readonly object[]): object => ({ role: 'user', content });
const text = (value: string): object => ({ type: 'text', text: value });
const enabled = { type: 'enabled', budget_tokens: 1024 };
const signed = (value: string, number = 1): object => ({
  type: 'thinking',
  thinking: value,
  signature: sealProof('anthropic', value, number),
});
const mark = { cache_control: { type: 'ephemeral' } };

async function words(body: object, knobs = '', model?: string): Promise<string> {
  const asked = { body: { messages: [user], ...body }, knobs, ...withoutUndefined({ model }) };
  return wordsOf(await askRoute(simulator, 'vertex-anthropic', asked));
}

describe('refused', () => {
  test.each<readonly [string, object, string]>([
    ['context_management', { context_management: {} }, 'context_management: Extra inputs are not permitted'],
    ['thread', { thread: { type: 'create' } }, 'thread: Extra inputs are not permitted'],
    ['output_config', { output_config: { effort: 'low' } }, 'output_config: Extra inputs are not permitted'],
    [
      'defer_loading',
      { tools: [tool, { ...tool, name: 'g', defer_loading: true }] },
      'tools.1.custom.defer_loading: Extra inputs are not permitted',
    ],
    [
      'the email address of a user',
      { metadata: { user_id: 'someone@example.com' } },
      'metadata.user_id: user_id appears to contain an email address.',
    ],
    ['the phone number of a user', { metadata: { user_id: '+49 30 901820' } }, 'to contain a phone number.'],
    ['a long id of a user', { metadata: { user_id: 'x'.repeat(257) } }, 'should have at most 256 characters'],
    [
      'a failed result without content',
      { tools: [tool], messages: [user, assistant(use()), answer(result('t', { is_error: true, content: [] }))] },
      'messages.2.content.0.tool_result: content cannot be empty if `is_error` is true',
    ],
    [
      'a failed result with an image',
      {
        tools: [tool],
        messages: [
          user,
          assistant(use()),
          answer(
            result('t', {
              is_error: true,
              content: [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'aGk=' } }],
            }),
          ),
        ],
      },
      'messages.2.content.0.tool_result: all content must be type `text` if `is_error` is true',
    ],
    ['custom', { tools: [{ ...tool, custom: {} }] }, 'tools.0.custom.custom: Extra inputs are not permitted'],
    ['an unknown kind of tool', { tools: [{ type: 'toolbox' }] }, "tools.0: Input tag 'toolbox' found"],
    [
      'ttl',
      { messages: [answer({ ...text('x'), cache_control: { type: 'ephemeral', ttl: '1h' } })] },
      'messages.0.content.0.text.cache_control.ephemeral.ttl: Extra inputs are not permitted',
    ],
    [
      'ttl in system',
      { system: [{ ...text('x'), cache_control: { type: 'ephemeral', ttl: '1h' } }] },
      'system.0.cache_control.ephemeral.ttl: Extra inputs are not permitted',
    ],
    [
      'ttl in tools',
      { tools: [{ ...tool, cache_control: { type: 'ephemeral', ttl: '5m' } }] },
      'tools.0.custom.cache_control.ephemeral.ttl: Extra inputs are not permitted',
    ],
    [
      'five breakpoints',
      {
        system: [{ ...text('a'), ...mark }],
        messages: [answer(...['b', 'c', 'd', 'e'].map((t) => ({ ...text(t), ...mark })))],
      },
      'A maximum of 4 blocks with cache_control may be provided. Found 5.',
    ],
    [
      'tool_reference',
      {
        tools: [tool],
        messages: [
          user,
          assistant(use()),
          answer(result('t', { content: [{ type: 'tool_reference', tool_name: 'f' }] })),
        ],
      },
      "messages.2.content.0.tool_result.content.0: Input tag 'tool_reference' found using 'type' does not match any of the expected tags: 'document', 'image', 'search_result', 'text'",
    ],
    ['an unknown block', { messages: [answer({ type: 'x' })] }, "messages.0.content.0: Input tag 'x' found"],
    [
      'a member of a block',
      { messages: [answer({ ...text('x'), foo: 1 })] },
      'messages.0.content.0.text.foo: Extra inputs are not permitted',
    ],
    ['an empty text', { messages: [answer(text(''))] }, 'messages: text content blocks must be non-empty'],
    ['no content', { messages: [{ role: 'user', content: '' }] }, 'all messages must have non-empty content'],
    ['too many tokens', { max_tokens: 64_001 }, 'max_tokens: 64001 > 64000, which is the maximum allowed'],
    ['a blank stop', { stop_sequences: ['\n'] }, 'stop_sequences: each stop sequence must contain non-whitespace'],
    ['a small budget', { thinking: { ...enabled, budget_tokens: 1023 } }, 'greater than or equal to 1024'],
    [
      'a budget as large as the answer',
      { thinking: { ...enabled, budget_tokens: 4096 } },
      '`max_tokens` must be greater than `thinking.budget_tokens`',
    ],
    [
      'thinking and a forced tool',
      { thinking: enabled, tools: [tool], tool_choice: { type: 'any' } },
      'Thinking may not be enabled when tool_choice forces tool use.',
    ],
    ['thinking and a temperature', { thinking: enabled, temperature: 0.5 }, '`temperature` may only be set to 1'],
    ['thinking and top_k', { thinking: enabled, top_k: 5 }, '`top_k` must be unset'],
    ['thinking and a low top_p', { thinking: enabled, top_p: 0.5 }, '`top_p` must be greater than or equal to 0.95'],
    ['a high temperature', { temperature: 1.5 }, 'temperature: Input should be less than or equal to 1'],
    [
      'unsigned thinking',
      { messages: [user, assistant({ type: 'thinking', thinking: 'a' }, text('b')), user] },
      'messages.1.content.0.thinking.signature: Field required',
    ],
    [
      'a foreign signature',
      { messages: [user, assistant({ type: 'thinking', thinking: 'a', signature: 'c2ln' }, text('b')), user] },
      'messages.1.content.0: Invalid `signature` in `thinking` block',
    ],
    [
      "another vendor's proof",
      {
        messages: [
          user,
          assistant({ type: 'thinking', thinking: 'a', signature: sealProof('google', 'a', 1) }, text('b')),
          user,
        ],
      },
      'Invalid `signature` in `thinking` block',
    ],
    [
      'altered thinking',
      { messages: [user, assistant({ ...signed('a'), thinking: 'b' }, text('b')), user] },
      'messages.1.content.0: `thinking` or `redacted_thinking` blocks in the latest assistant message cannot be modified',
    ],
    [
      'thinking without the call that was between it',
      {
        tools: [tool],
        messages: [
          user,
          assistant(signed('a', 1), signed('b', 2), use('c'), use('d')),
          answer(result('c'), result('d')),
        ],
      },
      'messages.1.content.1: `thinking` or `redacted_thinking` blocks in the latest assistant message cannot be modified',
    ],
    [
      'altered redacted thinking',
      { messages: [user, assistant({ type: 'redacted_thinking', data: 'AAAA' }, text('b')), user] },
      'Invalid `data` in `redacted_thinking` block',
    ],
    [
      'thinking at the end of a message',
      { messages: [user, assistant(text('b'), signed('a')), user] },
      'The final block in an assistant message cannot be `thinking`',
    ],
    [
      'thinking on a tool turn without thinking',
      { thinking: enabled, tools: [tool], messages: [user, assistant(use()), answer(result())] },
      'messages.1.content.0.type: Expected `thinking` or `redacted_thinking`, but found `tool_use`',
    ],
    ['an orphan result', { tools: [tool], messages: [answer(result())] }, 'unexpected `tool_use_id` found'],
    [
      'an unanswered call',
      { tools: [tool], messages: [user, assistant(use('a'), use('b')), answer(result('a'))] },
      'messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: b.',
    ],
    ['a call at the end', { tools: [tool], messages: [user, assistant(use())] }, 'ids were found without'],
    [
      'two results of one call',
      { tools: [tool], messages: [user, assistant(use()), answer(result(), result())] },
      'each tool_use must have a single result',
    ],
    [
      'one id twice',
      { tools: [tool], messages: [user, assistant(use(), use()), answer(result())] },
      '`tool_use` ids must be unique',
    ],
    [
      'a strange id',
      { tools: [tool], messages: [user, assistant(use('a|b')), answer(result('a|b'))] },
      "messages.1.content.0.tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'",
    ],
    [
      'a long id',
      { tools: [tool], messages: [user, assistant(use('a'.repeat(65))), answer(result('a'.repeat(65)))] },
      'messages.1.content.0.tool_use.id: String should have at most 64 characters',
    ],
    ['a strange tool name', { tools: [{ ...tool, name: 'a.b' }] }, 'tools.0.custom.name: String should match pattern'],
    ['one tool twice', { tools: [tool, tool] }, 'tools: Tool names must be unique.'],
    ['no schema', { tools: [{ name: 'f', input_schema: {} }] }, 'tools.0.custom.input_schema.type: Field required'],
    [
      'arguments that are no object',
      { tools: [tool], messages: [user, assistant(use('t', { input: '{' })), answer(result())] },
      'messages.1.content.0.tool_use.input: Input should be a valid dictionary',
    ],
    ['calls without tools', { messages: [user, assistant(use()), answer(result())] }, 'must define tools'],
    ['a choice without tools', { tool_choice: { type: 'auto' } }, 'may only be specified while providing tools'],
    ['a tool that is not there', { tools: [tool], tool_choice: { type: 'tool', name: 'g' } }, "Tool 'g' not found"],
    ['system in messages', { messages: [user, { role: 'system', content: 'x' }] }, 'Unexpected role "system"'],
    ['the assistant first', { messages: [assistant(text('x')), user] }, 'first message must use the "user" role'],
    [
      'a result of the assistant',
      { tools: [tool], messages: [user, assistant(result()), user] },
      '`tool_result` blocks can only be in `user`',
    ],
    [
      'a trailing blank',
      { messages: [user, assistant(text('so\u3000'))] },
      'final assistant content cannot end with trailing whitespace',
    ],
    [
      'an image from the web',
      { messages: [answer({ type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } })] },
      "messages.0.content.0.image.source: Input tag 'url' found",
    ],
    [
      'a strange kind of image',
      { messages: [answer({ type: 'image', source: { type: 'base64', media_type: 'image/tiff', data: 'AA==' } })] },
      "media_type: Input should be 'image/jpeg'",
    ],
  ])('%s', async (_, body, expected) => {
    expect(await words(body)).toContain(expected);
    expect(await words(body, 'strict=off')).toBe('accepted');
  });

  test.each(['\u00a0', '\u3000', '\u2028', '\u200b', '\ufeff', ' \n\t', '\u2060'])('the blank %j', async (blank) => {
    const expected = 'messages: text content blocks must contain non-whitespace text';
    expect(await words({ messages: [answer(text(blank))] })).toBe(expected);
    expect(await words({ messages: [user, { role: 'assistant', content: blank }, user] })).toBe(expected);
  });
});

describe('accepted', () => {
  test.each<readonly [string, object]>([
    [
      'a long tool loop',
      {
        tools: [tool],
        messages: [user, assistant(text('so'), use('a'), use('b')), answer(result('b'), result('a'), text('go on'))],
      },
    ],
    [
      'messages of one role in a row',
      { tools: [tool], messages: [user, user, assistant(text('x')), assistant(use()), answer(result()), user] },
    ],
    [
      'thinking that comes back',
      {
        thinking: enabled,
        tools: [tool],
        messages: [user, assistant(signed('a'), use()), answer(result()), assistant(use('u')), answer(result('u'))],
      },
    ],
    [
      'thinking of an earlier turn left out',
      {
        thinking: enabled,
        tools: [tool],
        messages: [user, assistant(use()), answer(result()), assistant(text('x')), user],
      },
    ],
    [
      'four breakpoints',
      {
        tools: [{ ...tool, ...mark }],
        system: [{ ...text('a'), ...mark }],
        messages: [answer({ ...text('b'), ...mark }, { ...text('c'), ...mark })],
      },
    ],
    ['a search tool of the vendor', { tools: [{ type: 'web_search_20250305', name: 'web_search' }] }],
    [
      'a document',
      {
        messages: [
          answer({ type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'AA==' } }),
        ],
      },
    ],
    [
      'a results image',
      {
        tools: [tool],
        messages: [
          user,
          assistant(use()),
          answer(
            result('t', {
              content: [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AA==' } }],
            }),
          ),
        ],
      },
    ],
    ['the beginning of the answer', { messages: [user, assistant(text('so'))] }],
  ])('%s', async (_, body) => {
    expect(await words(body)).toBe('accepted');
  });
});

describe('models differ', () => {
  const both = { temperature: 1, top_p: 1 };

  test.each<readonly [string, object, string]>([
    ['claude-sonnet-4@20250514', both, 'accepted'],
    ['claude-sonnet-4-5@20250929', both, '`temperature` and `top_p` cannot both be specified for this model'],
    ['claude-sonnet-4-5@20250929', { temperature: 0.5 }, 'accepted'],
    ['sim-claude-opus-4-7', { temperature: 1 }, '`temperature` is deprecated for this model.'],
    ['sim-claude-sonnet-5', { top_p: 0.5 }, '`top_p` is deprecated for this model.'],
    ['sim-claude-opus-4-7', { thinking: enabled }, '"thinking.type.enabled" is not supported for this model'],
    ['sim-claude-opus-4-7', { thinking: { type: 'adaptive' } }, 'accepted'],
    ['claude-sonnet-4-6', { thinking: { type: 'adaptive' } }, 'accepted'],
    ['claude-sonnet-4-6', { thinking: enabled }, 'accepted'],
    ['claude-sonnet-4@20250514', { thinking: { type: 'adaptive' } }, 'adaptive thinking is not supported'],
    [
      'claude-3-5-sonnet-v2@20241022',
      { thinking: enabled },
      "'claude-3-5-sonnet-v2@20241022' does not support thinking",
    ],
    ['claude-3-5-sonnet-v2@20241022', { max_tokens: 8193 }, 'max_tokens: 8193 > 8192'],
    ['claude-opus-4@20250514', { max_tokens: 32_001 }, 'max_tokens: 32001 > 32000'],
    ['claude-sonnet-4-6', { messages: [user, assistant(text('so'))] }, 'does not support assistant message prefill'],
  ])('%s and %j', async (model, body, expected) => {
    expect(await words(body, '', model)).toContain(expected);
  });

  test('adaptive thinking asks for no thinking in the history', async () => {
    const messages = [user, assistant(use()), answer(result())];
    const body = { thinking: { type: 'adaptive' }, tools: [tool], messages };
    expect(await words(body, '', 'claude-sonnet-4-6')).toBe('accepted');
  });
});

describe('knobs', () => {
  test.each<readonly [string, object, string]>([
    ['turns=alternate', { messages: [user, user] }, 'roles must alternate'],
    ['prefill=reject', { messages: [user, assistant(text('so'))] }, 'does not support assistant message prefill'],
    [
      'result-order=first',
      { tools: [tool], messages: [user, assistant(use()), answer(text('look'), result())] },
      'ids were found without `tool_result` blocks immediately after',
    ],
    ['string-content=reject', {}, 'messages.0.content: Input should be a valid list'],
    ['reject-parameters=top_k', { top_k: 5 }, 'top_k: Extra inputs are not permitted'],
    [
      'reject-parameters=is_error',
      { tools: [tool], messages: [user, assistant(use()), answer(result('t', { is_error: true }))] },
      'messages.2.content.0.tool_result.is_error: Extra inputs are not permitted',
    ],
  ])('%s', async (knobs, body, expected) => {
    expect(await words(body, knobs)).toContain(expected);
    expect(await words(body)).toBe('accepted');
  });

  test('one rule is switched off by its name', async () => {
    const body = { messages: [answer(text(''))], stop_sequences: [' '] };
    expect(await words(body, 'strict-except=stop')).toContain('non-empty');
    expect(await words(body, 'strict-except=stop|text*')).toBe('accepted');
  });

  test('output_config is obeyed where it is accepted', async () => {
    const schema = { type: 'object', properties: { n: { const: 7 } } };
    const body = { messages: [user], output_config: { format: { type: 'json_schema', schema } } };
    const told = await askRoute(simulator, 'vertex-anthropic', { body, knobs: 'output-config=accept' });
    expect(pick(JSON.parse(told.text), 'content.0.text')).toBe('{"n":7}');
  });

  test('images from the web are taken when a knob says so', async () => {
    const body = { messages: [answer({ type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } })] };
    expect(await words(body, 'image-urls=accept')).toBe('accepted');
  });
});

test('each route wants its own version', async () => {
  const body = { messages: [user], anthropic_version: 'vertex-2023-10-16' };
  const told = await askRoute(simulator, 'bedrock-anthropic', { body });
  expect(wordsOf(told)).toBe("anthropic_version: Input should be 'bedrock-2023-05-31'");
});
