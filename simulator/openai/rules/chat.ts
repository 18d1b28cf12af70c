import { invalidRequest, type Refusal } from '../../answer/prompt.ts';
import { asArray, asRecord, asString, type JsonRecord } from '../../json.ts';
import { firstRefusal, type Rule, rejectedNames } from '../../refusal/rules.ts';
import { contentText } from '../chat-prompt.ts';
import type { ChatRequest } from '../chat-request.ts';
import { checkChatMessages } from './chat-messages.ts';
import { checkMaximum, checkSampling } from './chat-sampling.ts';
import { checkSchema } from './schemas.ts';
import {
  checkIdentifiers,
  checkLength,
  checkName,
  strayFinder,
  unsupportedParameter,
  unsupportedValue,
} from './words.ts';

/** OpenAI's rules for Chat Completions, in the order of its checks. */
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
  tool: new Set(['role', 'content', 'name', 'tool_call_id']),
};
const plainMessage = new Set(['role', 'content', 'name']);
const toolMembers = new Set(['type', 'function']);
const functionMembers = new Set(['name', 'description', 'parameters', 'strict']);
const partMembers = new Set(['type', 'text', 'image_url', 'input_audio', 'file', 'refusal']);
const callMembers = new Set(['id', 'type', 'function', 'custom']);
const customToolMembers = new Set(['type', 'custom']);
const customMembers = new Set(['name', 'description', 'format']);

function checkMembers(request: ChatRequest): Refusal | null {
  const { body, tools, behaviour, abilities } = request;
  const stray = strayFinder(rejectedNames(behaviour));
  return (
    stray(body, bodyMembers, '') ??
    stray(asRecord(body.stream_options), new Set(['include_usage', 'include_obfuscation']), 'stream_options') ??
    checkIdentifiers(body) ??
    checkMessageMembers(request) ??
    firstRefusal(tools, (tool, index) => {
      const types = abilities.takesCustomTools ? ['function', 'custom'] : ['function'];
      if (!types.includes(asString(tool.type))) return unsupportedValue(`tools[${index}].type`, tool.type, types);
      if (tool.type === 'custom') {
        return (
          stray(tool, customToolMembers, `tools[${index}]`) ??
          stray(asRecord(tool.custom), customMembers, `tools[${index}].custom`)
        );
      }
      return (
        stray(tool, toolMembers, `tools[${index}]`) ??
        stray(asRecord(tool.function), functionMembers, `tools[${index}].function`)
      );
    })
  );
}

/** Members that a message, a part or a call does not have. */
export function checkMessageMembers({ messages, behaviour }: ChatRequest): Refusal | null {
  const stray = strayFinder(rejectedNames(behaviour));
  return firstRefusal(messages, (message, index) => {
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
  });
}

/**
 * The effort must be supported by the model. Some models accept none together with functions, except on the Responses
 * route.
 */
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

/** In characters. */
const descriptionLength = 1024;

function checkTools({ body, tools }: ChatRequest): Refusal | null {
  if (Array.isArray(body.tools) && tools.length === 0) {
    return invalidRequest(
      "Invalid 'tools': empty array. Expected an array with minimum length 1, but got an empty array instead.",
      'tools',
      'empty_array',
    );
  }
  return firstRefusal(tools, (tool, index) => {
    if (tool.type === 'custom') return checkCustomTool(asRecord(tool.custom), `tools[${index}].custom`);
    const { name, description, parameters, strict } = asRecord(tool.function);
    const path = `tools[${index}].function`;
    return (
      checkName(name, `${path}.name`) ??
      checkLength(description, `${path}.description`, descriptionLength) ??
      checkSchema(parameters, strict === true, {
        of: `function '${asString(name)}'`,
        path: `${path}.parameters`,
        code: 'invalid_function_parameters',
      })
    );
  });
}

/** `CustomToolChatCompletions` of OpenAI's specification: a grammar has a member of its own. */
function checkCustomTool({ name, description, format }: JsonRecord, path: string): Refusal | null {
  const wrong = checkName(name, `${path}.name`) ?? checkLength(description, `${path}.description`, descriptionLength);
  if (wrong !== null || format === undefined) return wrong;
  const { type, grammar, ...others } = asRecord(format);
  if (type !== 'text' && type !== 'grammar') {
    return unsupportedValue(`${path}.format.type`, type, ['text', 'grammar']);
  }
  const [stray] = [...Object.keys(others), ...(type === 'text' && grammar !== undefined ? ['grammar'] : [])];
  if (stray !== undefined) {
    const at = `${path}.format.${stray}`;
    return invalidRequest(`Unknown parameter: '${at}'.`, at, 'unknown_parameter');
  }
  if (type === 'text') return null;
  const { definition, syntax } = asRecord(grammar);
  if (typeof definition !== 'string') {
    const at = `${path}.format.grammar.definition`;
    return invalidRequest(`Missing required parameter: '${at}'.`, at, 'missing_required_parameter');
  }
  return syntax === 'lark' || syntax === 'regex'
    ? null
    : unsupportedValue(`${path}.format.grammar.syntax`, syntax, ['lark', 'regex']);
}

/** Members that require other members. */
function checkToolUse({ body, tools }: ChatRequest): Refusal | null {
  const lonely = ['tool_choice', 'parallel_tool_calls'].find((name) => body[name] !== undefined && body[name] !== null);
  if (tools.length === 0 && lonely !== undefined && body.tool_choice !== 'none') {
    return invalidRequest(
      `Invalid value for '${lonely}': '${lonely}' is only allowed when 'tools' are specified.`,
      lonely,
    );
  }
  for (const kind of ['function', 'custom']) {
    const forced = asString(asRecord(asRecord(body.tool_choice)[kind]).name);
    if (forced !== '' && !tools.some((tool) => asRecord(tool[kind]).name === forced)) {
      const noun = kind === 'function' ? 'function' : 'custom tool';
      return invalidRequest(
        `Invalid value for 'tool_choice': no ${noun} named '${forced}' was specified in the 'tools' parameter.`,
        'tool_choice',
      );
    }
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
