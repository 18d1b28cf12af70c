import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readFailureValue, readUpstreamFailure } from './failure.ts';
import { findRefusedMember } from './find-refused-member.ts';

function findRefused(words: unknown, body: unknown, status = 400) {
  const text = typeof words === 'string' ? words : JSON.stringify(words);
  const failure = readUpstreamFailure({ status, headers: {}, body: Buffer.from(text), model: 'm', now: 0 });
  return findRefusedMember(failure, () => body);
}

const tool = {
  name: 'f',
  input_schema: { type: 'object', properties: { user: {} } },
  defer_loading: true,
  strict: true,
};

describe('a member that is named', () => {
  test.each<readonly [string, unknown, unknown, string]>([
    [
      'Anthropic, behind the name of an alternative',
      {
        type: 'error',
        error: {
          type: 'invalid_request_error',
          message: 'tools.1.custom.defer_loading: Extra inputs are not permitted',
        },
      },
      { tools: [tool, tool] },
      'tools[].defer_loading',
    ],
    [
      'Anthropic, outermost',
      { message: 'context_management: Extra inputs are not permitted' },
      { context_management: { edits: [] } },
      'context_management',
    ],
    [
      'Anthropic, in a message',
      { message: 'messages.0.content.1.text.cache_control.ephemeral.ttl: Extra inputs are not permitted' },
      { messages: [{ content: [{}, { type: 'text', cache_control: { type: 'ephemeral', ttl: '1h' } }] }] },
      'messages[].content[].cache_control.ttl',
    ],
    [
      'Anthropic, of a newer model',
      { message: '`temperature` is deprecated for this model.' },
      { temperature: 1 },
      'temperature',
    ],
    [
      'OpenAI, with the parameter',
      {
        error: {
          message:
            "Unsupported value: 'temperature' does not support 0.2 with this model. Only the default (1) value is supported.",
          type: 'invalid_request_error',
          param: 'temperature',
          code: 'unsupported_value',
        },
      },
      { temperature: 0.2 },
      'temperature',
    ],
    [
      'OpenAI, a type of tools',
      {
        error: {
          message: "Invalid value: 'custom'. Supported values are: 'function'.",
          type: 'invalid_request_error',
          param: 'tools[1].type',
          code: 'invalid_value',
        },
      },
      { tools: [{ type: 'function' }, { type: 'custom', custom: {} }] },
      'tools[].type=custom',
    ],
    [
      'OpenAI, a tool that the model does not know',
      { error: { message: "Tool 'local_shell' is not supported with gpt-5.1.", param: 'tools' } },
      { tools: [{ type: 'local_shell' }] },
      'tools[].type=local_shell',
    ],
    [
      'OpenAI, the call of such a tool',
      { error: { message: "Invalid value: 'shell_call'. Supported values are: 'message'.", param: 'input[1]' } },
      { input: [{}, { type: 'shell_call' }] },
      'input[].type=shell_call',
    ],
    [
      'OpenAI, an item of a hosted tool',
      {
        error: { message: "Invalid value: 'computer_call'. Supported values are: 'message'.", param: 'input[0].type' },
      },
      { input: [{ type: 'computer_call' }] },
      'input[].type=computer_call',
    ],
    [
      'OpenAI, a hosted tool',
      { error: { message: "Hosted tool 'web_search' is not supported with gpt-5.1.", param: 'tools' } },
      { tools: [{ type: 'web_search' }] },
      'tools[].type=web_search',
    ],
    [
      'OpenAI, the member of such a tool, or of its call',
      { error: { message: "Unknown parameter: 'messages[1].tool_calls[0].custom'." } },
      { messages: [{}, { tool_calls: [{ type: 'custom', custom: {} }] }] },
      'tools[].type=custom',
    ],
    [
      'OpenAI, unknown',
      { error: { message: "Unknown parameter: 'prompt_cache_key'." } },
      { prompt_cache_key: 'k' },
      'prompt_cache_key',
    ],
    [
      'OpenAI, in the words of old',
      { error: { message: 'Unrecognized request argument supplied: safety_identifier' } },
      { safety_identifier: 's' },
      'safety_identifier',
    ],
    [
      'OpenAI, of a tool, by the parameter alone',
      { error: { message: 'This is not supported by the model.', param: 'tools[0].function.strict' } },
      { tools: [{ type: 'function', function: { name: 'f', strict: true } }] },
      'tools[].function.strict',
    ],
    [
      'Gemini, whose names are written otherwise',
      {
        error: {
          code: 400,
          message: `Invalid JSON payload received. Unknown name "top_k" at 'generation_config': Cannot find field.`,
          status: 'INVALID_ARGUMENT',
        },
      },
      { generationConfig: { topK: 3 } },
      'generationConfig.topK',
    ],
    [
      'Anthropic, of what can be said in another way',
      { message: 'output_config.format: Extra inputs are not permitted' },
      { output_config: { format: {}, effort: 'low' } },
      'output_config.format',
    ],
    [
      'behind other words',
      { upstream: { content: { error: { message: "Error: 'seed' is not supported with this model" } } } },
      { seed: 1 },
      'seed',
    ],
    ['OpenAI, which nobody knows', { error: { message: "Unknown parameter: 'min_p'." } }, { min_p: 0.1 }, 'min_p'],
    ["OpenAI, a program's own", { error: { message: "Unknown parameter: 'id'." } }, { id: 'chat_1' }, 'id'],
    [
      'Anthropic, of a block',
      { message: 'messages.0.content.0.text.colour: Extra inputs are not permitted' },
      { messages: [{ content: [{ type: 'text', text: 'x', colour: 'red' }] }] },
      'messages[].content[].colour',
    ],
    [
      'Anthropic, of a whole answer in the history',
      { message: 'messages.1.id: Extra inputs are not permitted' },
      { messages: [{}, { id: 'msg_1', type: 'message', model: 'm', role: 'assistant', content: [] }] },
      'messages[].id',
    ],
    [
      'Anthropic, of a name as in other APIs',
      { message: 'messages.0.name: Extra inputs are not permitted' },
      { messages: [{ name: 'ada', role: 'user', content: [] }] },
      'messages[].name',
    ],
    [
      'OpenAI, of an item',
      { error: { message: "Unknown parameter: 'input[0].colour'.", param: 'input[0].colour' } },
      { input: [{ role: 'user', content: 'x', colour: 'red' }] },
      'input[].colour',
    ],
    [
      'Anthropic, of a tool of a type that it does not have there',
      {
        message:
          "tools.1: Input tag 'mcp_toolset' found using 'type' does not match any of the expected tags: 'custom'",
      },
      { tools: [tool, { type: 'mcp_toolset', mcp_server_name: 's' }] },
      'tools[].type=mcp_toolset',
    ],
    [
      'Anthropic, of a block of such a type',
      {
        message:
          "messages.0.content.0: Input tag 'compaction' found using 'type' does not match any of the expected tags",
      },
      { messages: [{ role: 'assistant', content: [{ type: 'compaction', content: 'x' }] }] },
      'messages[].content[].type=compaction',
    ],
  ])('%s', (_name, words, body, path) => {
    expect(findRefused(words, body)).toEqual({ path, always: true });
  });

  test.each<readonly [string, unknown, string, boolean?]>([
    [
      'The model returned the following errors: "thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive" and "output_config.effort" to control thinking behavior.',
      { thinking: { type: 'enabled', budget_tokens: 2000 } },
      'thinking.type=enabled',
    ],
    ['adaptive thinking is not supported on this model', { thinking: { type: 'adaptive' } }, 'thinking.type=adaptive'],
    [
      '"thinking.type.disabled" is not supported for this model.',
      { thinking: { type: 'disabled' } },
      'thinking.type=disabled',
    ],
    ['This model does not support the effort parameter.', { output_config: { effort: 'low' } }, 'output_config.effort'],
    ...[
      "This model does not support effort level 'max'.",
      "output_config.effort: Input should be 'low', 'medium' or 'high'",
      'output_config.effort "max" is not supported by model claude-opus-4.7; supported values: [medium]',
      'The parameter `output_config.effort` specified in the request are not valid: expected `low`, `medium` or `high`, but got `max` instead.',
    ].map((words) => [words, { output_config: { effort: 'max' } }, 'output_config.effort', false] as const),
    [
      'output_config.effort is not supported by this model.',
      { output_config: { effort: 'max' } },
      'output_config.effort',
    ],
    [
      'This model does not support assistant message prefill. The conversation must end with a user message.',
      { messages: [{ role: 'user' }, { role: 'assistant' }] },
      'messages.prefill',
    ],
    [
      'output_config.format: structured outputs are not supported for this model',
      { output_config: { format: {} } },
      'output_config.format',
    ],
    [
      'Organization Policy constraint constraints/vertexai.allowedPartnerModelFeatures violated for `projects/1` attempting to use a disallowed feature structured_outputs for Partner model claude-opus-4-6. Please contact your organization administrator to fix this violation by adding `publishers/anthropic/models/claude-opus-4-6:structured_outputs` to the allowed values.',
      { output_config: { format: {} } },
      'output_config.format',
    ],
    [
      'Organization Policy constraint constraints/vertexai.allowedPartnerModelFeatures violated for `projects/1` attempting to use a disallowed feature web_search for Partner model claude-opus-4-8.',
      { tools: [{ name: 'f' }, { type: 'web_search_20250305', name: 'web_search' }] },
      'tools[].type=web_search_20250305',
    ],
    [
      'The use of the web search tool is not supported.',
      { tools: [{ type: 'web_search_20260209', name: 'web_search' }] },
      'tools[].type=web_search_20260209',
    ],
    ['invalid beta flag', { anthropic_beta: ['context-1m-2025-08-07'] }, 'anthropic_beta'],
    [
      'Unexpected value(s) `prompt-caching-scope-2026-01-05` for the `anthropic-beta` header. Please consult our documentation.',
      { anthropic_beta: ['prompt-caching-scope-2026-01-05'] },
      'anthropic_beta',
    ],
    [
      'Malformed input request: #: extraneous key [context_management] is not permitted, please reformat your input and try again.',
      { context_management: {} },
      'context_management',
    ],
    [
      'Thinking level is not supported for this model.',
      { generationConfig: { thinkingConfig: { thinkingLevel: 'LOW' } } },
      'generationConfig.thinkingConfig.thinkingLevel',
    ],
    [
      'Thinking level MINIMAL is not supported for this model. Please retry with other thinking level.',
      { generationConfig: { thinkingConfig: { thinkingLevel: 'MINIMAL' } } },
      'generationConfig.thinkingConfig.thinkingLevel',
      false,
    ],
    [
      'Thinking level MINIMAL is not supported for this model. Please retry with other thinking level.',
      { reasoning_effort: 'minimal' },
      'reasoning_effort',
      false,
    ],
    ['Thinking budget is not supported for this model.', { reasoning_effort: 'low' }, 'reasoning_effort'],
    [
      "The following tools cannot be used with reasoning.effort 'minimal': web_search.",
      { reasoning: { effort: 'minimal' } },
      'reasoning.effort',
      false,
    ],
    [
      'Budget 0 is invalid. This model only works in thinking mode.',
      { generationConfig: { thinkingConfig: { thinkingBudget: 0 } } },
      'generationConfig.thinkingConfig.thinkingBudget',
      false,
    ],
    [
      'Penalty is not enabled for this model',
      { generationConfig: { frequencyPenalty: 1 } },
      'generationConfig.frequencyPenalty',
    ],
  ])('in other words: %s', (message, body, path, always = true) => {
    expect(findRefused({ message }, body)).toEqual({ path, always });
    expect(findRefused({ message }, { max_tokens: 5 })).toBeUndefined();
  });

  test('in the answer, whose status was 200', () => {
    const message = 'context_management: Extra inputs are not permitted';
    const failure = readFailureValue({ type: 'error', error: { type: 'invalid_request_error', message } });
    const found = findRefusedMember(failure, () => ({ context_management: {} }));
    expect(found).toEqual({ path: 'context_management', always: true });
  });

  test('is not remembered as refused when it only conflicts with another', () => {
    const words = { message: '`top_p` is not supported when `temperature` is set' };
    expect(findRefused(words, { temperature: 1, top_p: 0.5 })).toEqual({ path: 'top_p', always: false });
  });
});

test('summaries of reasoning that need a verified organization are left out', () => {
  const message =
    'Your organization must be verified to generate reasoning summaries. Please go to: https://example.com and click on Verify Organization. If you just verified, it can take up to 15 minutes for access to propagate.';
  const body = { reasoning: { effort: 'low', summary: 'auto' } };
  expect(findRefused({ error: { message, param: 'reasoning.summary' } }, body)?.path).toBe('reasoning.summary');
});

test.each(['reasoning_effort', 'reasoning.effort'])('other values of %s are sent', (param) => {
  const message =
    "Unsupported value: 'minimal' is not supported with the 'gpt-5.1' model. Supported values are: 'none' and 'low'.";
  const body = { reasoning_effort: 'minimal', reasoning: { effort: 'minimal' } };
  expect(findRefused({ message, param }, body)).toEqual({ path: param, always: false });
});

describe('nothing is left out', () => {
  test.each<readonly [string, unknown, unknown]>([
    [
      'of a type that carries the conversation',
      { message: "messages.0.content.0: Input tag 'image' found using 'type' does not match any of the expected tags" },
      { messages: [{ role: 'system', content: [{ type: 'image' }] }] },
    ],
    [
      'of a type within a member',
      { message: "tool_choice: Input tag 'some' found using 'type' does not match any of the expected tags" },
      { tool_choice: { type: 'some' } },
    ],
    ['that was not sent', { message: 'seed: Extra inputs are not permitted' }, { temperature: 1 }],
    ['that changes what is asked', { message: 'tool_choice: Extra inputs are not permitted' }, { tool_choice: 'auto' }],
    ['that bounds the answer', { message: "Unsupported parameter: 'max_tokens' is not supported" }, { max_tokens: 5 }],
    [
      'of the client’s schemas',
      { message: 'tools.0.input_schema.properties.user: Extra inputs are not permitted' },
      { tools: [tool] },
    ],
    [
      'for a value that is wrong',
      { error: { message: 'Must be at most 2', param: 'temperature' } },
      { temperature: 3 },
    ],
    [
      'that shows something',
      { message: 'messages.0.content.0.image.source.url: Extra inputs are not permitted' },
      { messages: [{ content: [{ type: 'image', source: { type: 'base64', url: 'https://x' } }] }] },
    ],
    ['that is known, but not with others', { message: "'min_p' is not supported" }, { min_p: 0.1 }],
    ['that asks for a format', { message: 'text.format: Extra inputs are not permitted' }, { text: { format: {} } }],
    ['that is an item of a list', { message: 'messages.0: Extra inputs are not permitted' }, { messages: [{}] }],
    ['for another refusal', { message: 'prompt is too long, seed is not supported' }, { seed: 1 }],
    [
      'for an effort that no model has',
      { message: "output_config.effort: Input should be 'low', 'medium' or 'high'" },
      { output_config: { effort: 'x' } },
    ],
    ['without words', '', { seed: 1 }],
  ])('%s', (_name, words, body) => {
    expect(findRefused(words, body)).toBeUndefined();
  });

  test.each([413, 403, 429, 500])('for a status of %i', (status) => {
    expect(findRefused({ message: 'seed: Extra inputs are not permitted' }, { seed: 1 }, status)).toBeUndefined();
  });

  test('whatever the message and the body', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.json(), (words, body) => {
        const found = findRefused({ message: `${words}: Extra inputs are not permitted` }, JSON.parse(body));
        expect(found?.path ?? 'x').not.toBe('');
      }),
    );
  });

  test.each(['.', '[', 'a.', "Unknown parameter: '", 'is '])('of words full of %j, and it is quick', (piece) => {
    expect(findRefused({ message: piece.repeat(20_000) }, { seed: 1 })).toBeUndefined();
  });
});
