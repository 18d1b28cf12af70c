import { invalidRequest, type Refusal } from '../../answer/prompt.ts';
import type { Behaviour } from '../../behaviour.ts';
import { asArray, asRecord, asString, type JsonRecord } from '../../json.ts';
import { firstRefusal, type Rule, rejectedNames } from '../../refusal/rules.ts';
import { contentText } from '../chat-prompt.ts';
import { type OpenAiModel, openAiModelOf } from '../models.ts';
import { checkChatMessages } from './chat-messages.ts';
import { checkSchema } from './schemas.ts';
import { checkName, strayFinder, unsupportedParameter, unsupportedValue } from './words.ts';

/** A Chat Completions request as the rules look at it. */
export type ChatRequest = {
  readonly body: JsonRecord;
  readonly messages: readonly JsonRecord[];
  readonly tools: readonly JsonRecord[];
  readonly model: string;
  readonly abilities: OpenAiModel;
  readonly behaviour: Behaviour;
};

/** Reads what the rules need, overlooking what is wrong. */
export function readChatRequest(body: JsonRecord, model: string, behaviour: Behaviour): ChatRequest {
  return {
    body,
    messages: asArray(body.messages).map(asRecord),
    tools: asArray(body.tools).map(asRecord),
    model,
    abilities: openAiModelOf(model),
    behaviour,
  };
}

/** What OpenAI refuses on Chat Completions, in the order in which it looks. */
export const openAiChatRules: readonly Rule<ChatRequest>[] = [
  { name: 'members', check: checkMembers },
  { name: 'sampling', check: checkSampling },
  { name: 'max-tokens', check: checkMaximum },
  { name: 'effort', check: checkEffort },
  { name: 'tools', check: checkTools },
  { name: 'tool-use', check: checkToolUse },
  { name: 'schemas', check: checkFormat },
  { name: 'messages', check: ({ messages }) => checkChatMessages(messages) },
];

const bodyMembers = new Set([
  ...['model', 'messages', 'audio', 'frequency_penalty', 'function_call', 'functions', 'logit_bias', 'logprobs'],
  ...['max_completion_tokens', 'max_tokens', 'metadata', 'modalities', 'n', 'parallel_tool_calls', 'prediction'],
  ...['presence_penalty', 'prompt_cache_key', 'prompt_cache_retention', 'reasoning_effort', 'response_format'],
  ...['safety_identifier', 'seed', 'service_tier', 'stop', 'store', 'stream', 'stream_options', 'temperature'],
  ...['tool_choice', 'tools', 'top_logprobs', 'top_p', 'user', 'verbosity', 'web_search_options'],
]);
const messageMembers: Readonly<Record<string, ReadonlySet<string>>> = {
  assistant: new Set(['role', 'content', 'name', 'tool_calls', 'function_call', 'refusal', 'audio']),
  tool: new Set(['role', 'content', 'tool_call_id']),
};
const plainMessage = new Set(['role', 'content', 'name']);
const toolMembers = new Set(['type', 'function']);
const functionMembers = new Set(['name', 'description', 'parameters', 'strict']);
const partMembers = new Set(['type', 'text', 'image_url', 'input_audio', 'file', 'refusal']);
const callMembers = new Set(['id', 'type', 'function']);

function checkMembers({ body, messages, tools, behaviour }: ChatRequest): Refusal | null {
  const stray = strayFinder(rejectedNames(behaviour));
  return (
    stray(body, bodyMembers, '') ??
    stray(asRecord(body.stream_options), new Set(['include_usage', 'include_obfuscation']), 'stream_options') ??
    firstRefusal(messages, (message, index) => {
      const where = `messages[${index}]`;
      return (
        stray(message, messageMembers[asString(message.role)] ?? plainMessage, where) ??
        firstRefusal(asArray(message.content).map(asRecord), (part, at) =>
          stray(part, partMembers, `${where}.content[${at}]`),
        ) ??
        firstRefusal(asArray(message.tool_calls).map(asRecord), (call, at) =>
          stray(call, callMembers, `${where}.tool_calls[${at}]`),
        )
      );
    }) ??
    firstRefusal(tools, (tool, index) => {
      if (tool.type === 'custom') return null;
      if (tool.type !== 'function') return unsupportedValue(`tools[${index}].type`, tool.type, ['function', 'custom']);
      return (
        stray(tool, toolMembers, `tools[${index}]`) ??
        stray(asRecord(tool.function), functionMembers, `tools[${index}].function`)
      );
    })
  );
}

const samplingParameters = ['top_p', 'presence_penalty', 'frequency_penalty', 'logprobs', 'top_logprobs', 'logit_bias'];
const MAXIMUM_STOPS = 4;

/** Reasoning models take no sampling parameters but their defaults, and no `stop`. */
function checkSampling({ body, abilities }: ChatRequest): Refusal | null {
  if (Array.isArray(body.stop) && body.stop.length > MAXIMUM_STOPS) {
    return invalidRequest(
      `Invalid 'stop': array too long. Expected an array with maximum length ${MAXIMUM_STOPS}, but got an array with length ${body.stop.length} instead.`,
      'stop',
      'array_above_max_length',
    );
  }
  if (!abilities.reasons) return null;
  const given = (name: string): boolean => body[name] !== undefined && body[name] !== null;
  if (given('temperature') && body.temperature !== 1) {
    return invalidRequest(
      `Unsupported value: 'temperature' does not support ${String(body.temperature)} with this model. Only the default (1) value is supported.`,
      'temperature',
      'unsupported_value',
    );
  }
  const name = [...samplingParameters, 'stop'].find((parameter) => given(parameter) && !isDefault(parameter, body));
  return name === undefined ? null : unsupportedParameter(name);
}

function isDefault(name: string, body: JsonRecord): boolean {
  if (name === 'top_p') return body.top_p === 1;
  return name.endsWith('_penalty') ? body[name] === 0 : name === 'logprobs' && body.logprobs === false;
}

function checkMaximum({ body, abilities }: ChatRequest): Refusal | null {
  if (!abilities.reasons || body.max_tokens === undefined || body.max_tokens === null) return null;
  return invalidRequest(
    "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
    'max_tokens',
    'unsupported_parameter',
  );
}

/** An effort that the model has; on some models none beside functions, which belong on the Responses route then. */
function checkEffort({ body, tools, model, abilities }: ChatRequest): Refusal | null {
  const effort = body.reasoning_effort ?? abilities.defaultEffort;
  const isGiven = body.reasoning_effort !== undefined && body.reasoning_effort !== null;
  if (!abilities.reasons) return isGiven ? unsupportedParameter('reasoning_effort') : null;
  if (isGiven && !abilities.efforts.includes(asString(effort))) {
    const names = abilities.efforts.map((name) => `'${name}'`);
    return invalidRequest(
      `Unsupported value: 'reasoning_effort' does not support '${String(effort)}' with this model. Supported values are: ${names.slice(0, -1).join(', ')}, and ${names.at(-1)}.`,
      'reasoning_effort',
      'unsupported_value',
    );
  }
  if (!abilities.refusesToolsWithEffort || tools.length === 0 || effort === 'none') return null;
  return invalidRequest(
    `Function tools with reasoning_effort are not supported for ${model} in /v1/chat/completions. To use function tools, use /v1/responses or set reasoning_effort to 'none'.`,
    'reasoning_effort',
  );
}

function checkTools({ body, tools }: ChatRequest): Refusal | null {
  if (Array.isArray(body.tools) && tools.length === 0) {
    return invalidRequest(
      "Invalid 'tools': empty array. Expected an array with minimum length 1, but got an empty array instead.",
      'tools',
      'empty_array',
    );
  }
  return firstRefusal(tools, (tool, index) => {
    if (tool.type !== 'function') return null;
    const { name, parameters, strict } = asRecord(tool.function);
    const path = `tools[${index}].function`;
    return (
      checkName(name, `${path}.name`) ??
      checkSchema(parameters, strict === true, {
        of: `function '${asString(name)}'`,
        path: `${path}.parameters`,
        code: 'invalid_function_parameters',
      })
    );
  });
}

/** Members that only go together with others. */
function checkToolUse({ body, tools }: ChatRequest): Refusal | null {
  const lonely = ['tool_choice', 'parallel_tool_calls'].find((name) => body[name] !== undefined && body[name] !== null);
  if (tools.length === 0 && lonely !== undefined && body.tool_choice !== 'none') {
    return invalidRequest(
      `Invalid value for '${lonely}': '${lonely}' is only allowed when 'tools' are specified.`,
      lonely,
    );
  }
  const forced = asString(asRecord(asRecord(body.tool_choice).function).name);
  if (forced !== '' && !tools.some((tool) => asRecord(tool.function).name === forced)) {
    return invalidRequest(
      `Invalid value for 'tool_choice': no function named '${forced}' was specified in the 'tools' parameter.`,
      'tool_choice',
    );
  }
  return body.stream_options !== undefined && body.stream_options !== null && body.stream !== true
    ? invalidRequest("The 'stream_options' parameter is only allowed when 'stream' is enabled.", 'stream_options')
    : null;
}

function checkFormat({ body, messages }: ChatRequest): Refusal | null {
  const { type, json_schema: described } = asRecord(body.response_format);
  if (type === 'json_object') {
    const saysJson = messages.some(({ content }) => /json/i.test(contentText(content)));
    return saysJson
      ? null
      : invalidRequest(
          "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
          'messages',
        );
  }
  if (type !== 'json_schema') return null;
  const { name, schema, strict } = asRecord(described);
  return (
    checkName(name, 'response_format.json_schema.name') ??
    (schema === undefined
      ? invalidRequest(
          "Missing required parameter: 'response_format.json_schema.schema'.",
          'response_format.json_schema.schema',
          'missing_required_parameter',
        )
      : checkSchema(schema, strict === true, {
          of: `response_format '${asString(name)}'`,
          path: 'response_format',
          code: null,
        }))
  );
}
