import { invalidRequest, type Refusal } from '../../answer/prompt.ts';
import { asArray, asRecord, asString, type JsonRecord } from '../../json.ts';
import { firstRefusal, type Rule, rejectedNames } from '../../refusal/rules.ts';
import type { ResponsesRequest } from '../responses/request.ts';
import { checkItems, checkMembersOfItems } from './responses-items.ts';
import { checkEncryptedContent, checkPairs, checkReferences } from './responses-order.ts';
import { checkSchema } from './schemas.ts';
import { checkIdentifiers, checkName, strayFinder, unsupportedParameter, unsupportedValue } from './words.ts';

/** OpenAI's rules for Responses, in the order of its checks. */
export const responsesRules: readonly Rule<ResponsesRequest>[] = [
  { name: 'members', check: checkMembers },
  { name: 'sampling', check: checkSampling },
  { name: 'max-tokens', check: checkMaximum },
  { name: 'effort', check: checkEffort },
  { name: 'tools', check: checkTools },
  { name: 'tool-use', check: checkToolUse },
  { name: 'schemas', check: checkFormat },
  { name: 'items', check: ({ items }) => checkItems(items) },
  { name: 'references', check: checkReferences },
  { name: 'pairs', check: ({ items }) => checkPairs(items) },
  { name: 'signatures', check: ({ items }) => checkEncryptedContent(items) },
];

const bodyMembers = new Set([
  ...['model', 'input', 'background', 'conversation', 'include', 'instructions', 'max_output_tokens'],
  ...['max_tool_calls', 'metadata', 'parallel_tool_calls', 'previous_response_id', 'prompt', 'prompt_cache_key'],
  ...['prompt_cache_retention', 'reasoning', 'safety_identifier', 'service_tier', 'store', 'stream'],
  ...['stream_options', 'temperature', 'text', 'tool_choice', 'tools', 'top_logprobs', 'top_p', 'truncation', 'user'],
]);
const toolMembers: Readonly<Record<string, ReadonlySet<string>>> = {
  function: new Set(['type', 'name', 'description', 'parameters', 'strict']),
  custom: new Set(['type', 'name', 'description', 'format']),
  namespace: new Set(['type', 'name', 'description', 'tools']),
};
/** Hosted tools, whose members are not checked. */
const hostedTools = [
  ...['file_search', 'web_search', 'web_search_preview', 'computer_use_preview', 'mcp', 'code_interpreter'],
  ...['image_generation', 'local_shell', 'shell', 'apply_patch', 'tool_search'],
];

function checkMembers({ body, items, tools, behaviour }: ResponsesRequest): Refusal | null {
  const stray = strayFinder(rejectedNames(behaviour));
  return (
    stray(body, bodyMembers, '') ??
    stray(asRecord(body.reasoning), new Set(['effort', 'summary', 'generate_summary']), 'reasoning') ??
    stray(asRecord(body.text), new Set(['format', 'verbosity']), 'text') ??
    checkIdentifiers(body) ??
    firstRefusal(tools, (tool, index) => {
      const type = asString(tool.type);
      if (hostedTools.includes(type)) return null;
      const members = toolMembers[type];
      return members === undefined
        ? unsupportedValue(`tools[${index}].type`, tool.type, [...Object.keys(toolMembers), ...hostedTools])
        : stray(tool, members, `tools[${index}]`);
    }) ??
    checkMembersOfItems(items, stray)
  );
}

/** Reasoning models take no sampling parameters. */
function checkSampling({ body, abilities }: ResponsesRequest): Refusal | null {
  if (!abilities.reasons) return null;
  const name = ['temperature', 'top_p'].find(
    (parameter) => typeof body[parameter] === 'number' && body[parameter] !== 1,
  );
  return name === undefined ? null : unsupportedParameter(name);
}

const minOutput = 16;

function checkMaximum({ body }: ResponsesRequest): Refusal | null {
  const { max_output_tokens: maximum } = body;
  if (typeof maximum !== 'number' || maximum >= minOutput) return null;
  return invalidRequest(
    `Invalid 'max_output_tokens': integer below minimum value. Expected a value >= ${minOutput}, but got ${maximum} instead.`,
    'max_output_tokens',
    'integer_below_min_value',
  );
}

function checkEffort({ body, effort, abilities }: ResponsesRequest): Refusal | null {
  const reasoning = asRecord(body.reasoning);
  if (!abilities.reasons) {
    return asString(reasoning.effort) === '' ? null : unsupportedParameter('reasoning.effort');
  }
  if (abilities.efforts.includes(effort)) return null;
  const names = abilities.efforts.map((name) => `'${name}'`);
  return invalidRequest(
    `Unsupported value: '${effort}' is not supported with the '${asString(body.model)}' model. Supported values are: ${names.slice(0, -1).join(', ')}, and ${names.at(-1)}.`,
    'reasoning.effort',
    'unsupported_value',
  );
}

function checkTools({ tools }: ResponsesRequest): Refusal | null {
  return firstRefusal(tools, (tool, index) => checkTool(tool, `tools[${index}]`));
}

function checkTool(tool: JsonRecord, path: string): Refusal | null {
  if (tool.type === 'namespace') {
    return (
      checkName(tool.name, `${path}.name`) ??
      firstRefusal(asArray(tool.tools).map(asRecord), (inner, index) => checkTool(inner, `${path}.tools[${index}]`))
    );
  }
  if (tool.type !== 'function' && tool.type !== 'custom') return null;
  return (
    checkName(tool.name, `${path}.name`) ??
    (tool.type === 'custom'
      ? null
      : checkSchema(tool.parameters, tool.strict === true, {
          of: `function '${asString(tool.name)}'`,
          path: `${path}.parameters`,
          code: 'invalid_function_parameters',
        }))
  );
}

function checkToolUse({ body, tools }: ResponsesRequest): Refusal | null {
  const { type, name } = asRecord(body.tool_choice);
  if (type !== 'function' && type !== 'custom') return null;
  const isKnown = tools.some((tool) => tool.type === type && tool.name === name);
  return isKnown
    ? null
    : invalidRequest(`Tool choice '${asString(type)}' not found in 'tools' parameter.`, 'tool_choice');
}

function checkFormat({ body, items }: ResponsesRequest): Refusal | null {
  const format = asRecord(asRecord(body.text).format);
  if (format.type === 'json_object') {
    const saysJson = /json/i.test(JSON.stringify([items, body.instructions ?? '']));
    return saysJson
      ? null
      : invalidRequest(
          "Response input messages must contain the word 'json' in some form to use 'text.format' of type 'json_object'.",
          'input',
        );
  }
  if (format.type !== 'json_schema') return null;
  if (format.schema === undefined) {
    return invalidRequest(
      "Missing required parameter: 'text.format.schema'.",
      'text.format.schema',
      'missing_required_parameter',
    );
  }
  return (
    checkName(format.name, 'text.format.name') ??
    checkSchema(format.schema, format.strict === true, {
      of: `response_format '${asString(format.name)}'`,
      path: 'text.format.schema',
      code: 'invalid_json_schema',
    })
  );
}
