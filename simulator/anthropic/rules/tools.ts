import { invalidRequest, type Refusal } from '../../answer/prompt.ts';
import { asRecord, asString, isRecord, type JsonRecord } from '../../json.ts';
import { firstRefusal } from '../../refusal/rules.ts';
import { blocksOf, type MessagesRequest } from '../request.ts';
import { isGiven } from './top.ts';

const namePattern = /^[a-zA-Z0-9_-]{1,128}$/;
const propertyPattern = /^[a-zA-Z0-9_.-]{1,64}$/;

/** Names must be well formed and unique; schemas must describe objects. */
export function checkTools({ body, tools }: MessagesRequest): Refusal | null {
  if (Array.isArray(body.tools) && tools.length === 0) {
    return invalidRequest('tools: List should have at least 1 item after validation, not 0');
  }
  const refusal = firstRefusal(tools, (tool, index) => {
    if ((tool.type ?? 'custom') !== 'custom') return null;
    const where = `tools.${index}.custom`;
    if (!namePattern.test(asString(tool.name))) {
      return invalidRequest(`${where}.name: String should match pattern '${namePattern.source}'`);
    }
    return checkSchema(tool.input_schema, `${where}.input_schema`);
  });
  if (refusal !== null) return refusal;
  const names = tools.map(({ name }) => name);
  return new Set(names).size < names.length ? invalidRequest('tools: Tool names must be unique.') : null;
}

function checkSchema(schema: unknown, where: string): Refusal | null {
  if (!isRecord(schema)) return invalidRequest(`${where}: Field required`);
  if (schema.type !== 'object') {
    return invalidRequest(
      `${where}.type: ${schema.type === undefined ? 'Field required' : "Input should be 'object'"}`,
    );
  }
  const word = ['oneOf', 'allOf', 'anyOf'].find((name) => schema[name] !== undefined);
  if (word !== undefined) {
    return invalidRequest(`${where}: input_schema does not support oneOf, allOf, or anyOf at the top level`);
  }
  const wrong = Object.keys(asRecord(schema.properties)).find((name) => !propertyPattern.test(name));
  return wrong === undefined
    ? null
    : invalidRequest(`${where}.properties: Property keys should match pattern '${propertyPattern.source}'`);
}

/** A tool choice needs tools and must name one of them. Calls in the history need tools too. */
export function checkToolUse({ body, tools, messages }: MessagesRequest): Refusal | null {
  const choice = asRecord(body.tool_choice);
  if (tools.length === 0) {
    if (isGiven(body.tool_choice) && choice.type !== 'none') {
      return invalidRequest('tool_choice: tool_choice may only be specified while providing tools');
    }
    const hasCalls = messages.flatMap(blocksOf).some(({ type }) => type === 'tool_use' || type === 'tool_result');
    return hasCalls
      ? invalidRequest('Requests which include `tool_use` or `tool_result` blocks must define tools')
      : null;
  }
  if (choice.type !== 'tool' || tools.some(({ name }) => name === choice.name)) return null;
  return invalidRequest(`Tool '${asString(choice.name)}' not found in provided tools`);
}

const idPattern = /^[a-zA-Z0-9_-]+$/;
const maxIdLength = 64;

/** Calls have well-formed ids and names and an object of arguments. */
export function checkCalls({ messages }: MessagesRequest): Refusal | null {
  return firstRefusal(messages, (message, index) =>
    firstRefusal(blocksOf(message), (block, at) => {
      const where = `messages.${index}.content.${at}.${asString(block.type)}`;
      if (block.type === 'tool_result') return checkId(block.tool_use_id, `${where}.tool_use_id`);
      if (block.type !== 'tool_use') return null;
      return checkId(block.id, `${where}.id`) ?? checkCall(block, where);
    }),
  );
}

function checkId(id: unknown, where: string): Refusal | null {
  if (typeof id !== 'string') return invalidRequest(`${where}: Field required`);
  if (!idPattern.test(id)) return invalidRequest(`${where}: String should match pattern '${idPattern.source}'`);
  if (id.length <= maxIdLength) return null;
  return invalidRequest(`${where}: String should have at most ${maxIdLength} characters`);
}

function checkCall(block: JsonRecord, where: string): Refusal | null {
  if (!namePattern.test(asString(block.name))) {
    return invalidRequest(`${where}.name: String should match pattern '${namePattern.source}'`);
  }
  return isRecord(block.input) ? null : invalidRequest(`${where}.input: Input should be a valid dictionary`);
}
