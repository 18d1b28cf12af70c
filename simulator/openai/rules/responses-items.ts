import { invalidRequest, type Refusal } from '../../answer/prompt.ts';
import { asArray, asRecord, asString, type JsonRecord } from '../../json.ts';
import { firstRefusal } from '../../refusal/rules.ts';
import { kindOf } from '../responses/request.ts';
import { checkLength, type StrayFinder, unsupportedValue } from './words.ts';

const idLength = 64;

/** The members of each kind of item that clients of text models send. */
const itemMembers: Readonly<Record<string, ReadonlySet<string>>> = {
  message: new Set(['type', 'id', 'role', 'content', 'status', 'phase']),
  function_call: new Set(['type', 'id', 'call_id', 'name', 'namespace', 'arguments', 'status']),
  function_call_output: new Set(['type', 'id', 'call_id', 'output', 'status']),
  custom_tool_call: new Set(['type', 'id', 'call_id', 'name', 'namespace', 'input', 'status']),
  custom_tool_call_output: new Set(['type', 'id', 'call_id', 'output', 'status']),
  reasoning: new Set(['type', 'id', 'summary', 'content', 'encrypted_content', 'status']),
  item_reference: new Set(['type', 'id']),
};
const openItems = new Set(['web_search_call', 'local_shell_call', 'local_shell_call_output', 'compaction']);

/** Members that an item or a part does not have. */
export function checkMembersOfItems(items: readonly JsonRecord[], stray: StrayFinder): Refusal | null {
  return firstRefusal(items, (item, index) => {
    const path = `input[${index}]`;
    const kind = kindOf(item);
    if (openItems.has(kind)) return null;
    const members = itemMembers[kind];
    if (members === undefined) return unsupportedValue(path, kind, [...Object.keys(itemMembers), ...openItems]);
    return (
      stray(item, members, path) ??
      firstRefusal(asArray(item.content).map(asRecord), (part, at) => {
        const inside = partMembers[asString(part.type)];
        return inside === undefined ? null : stray(part, inside, `${path}.content[${at}]`);
      })
    );
  });
}

const partMembers: Readonly<Record<string, ReadonlySet<string>>> = {
  input_text: new Set(['type', 'text']),
  input_image: new Set(['type', 'image_url', 'file_id', 'detail']),
  input_file: new Set(['type', 'filename', 'file_data', 'file_url', 'file_id']),
  output_text: new Set(['type', 'text', 'annotations', 'logprobs']),
  refusal: new Set(['type', 'refusal']),
};

const givenParts = ['input_text', 'input_image', 'input_file'];
const saidParts = ['output_text', 'refusal'];
const roles = ['assistant', 'system', 'developer', 'user'];
const idBeginnings: Readonly<Record<string, string>> = {
  message: 'msg',
  function_call: 'fc',
  custom_tool_call: 'ctc',
  reasoning: 'rs',
};

/** Items need a role, parts that suit the role, and ids with the right prefix and length. */
export function checkItems(items: readonly JsonRecord[]): Refusal | null {
  return firstRefusal(items, (item, index) => {
    const path = `input[${index}]`;
    const kind = kindOf(item);
    return checkId(item, kind, path) ?? (kind === 'message' ? checkMessage(item, path) : checkOther(item, kind, path));
  });
}

function checkId(item: JsonRecord, kind: string, path: string): Refusal | null {
  const beginning = idBeginnings[kind];
  if (typeof item.id !== 'string' || beginning === undefined) return null;
  if (!item.id.startsWith(beginning)) {
    return invalidRequest(
      `Invalid '${path}.id': '${item.id}'. Expected an ID that begins with '${beginning}'.`,
      `${path}.id`,
      'invalid_value',
    );
  }
  return checkLength(item.id, `${path}.id`, idLength);
}

function checkMessage(item: JsonRecord, path: string): Refusal | null {
  if (!roles.includes(asString(item.role))) return unsupportedValue(`${path}.role`, item.role, roles);
  if (typeof item.content !== 'string' && !Array.isArray(item.content)) return missing(`${path}.content`);
  const taken = item.role === 'assistant' ? saidParts : givenParts;
  return firstRefusal(asArray(item.content).map(asRecord), ({ type }, at) =>
    taken.includes(asString(type)) ? null : unsupportedValue(`${path}.content[${at}]`, type, taken),
  );
}

const requiredMembers: Readonly<Record<string, readonly string[]>> = {
  function_call: ['call_id', 'name', 'arguments'],
  function_call_output: ['call_id', 'output'],
  custom_tool_call: ['call_id', 'name', 'input'],
  custom_tool_call_output: ['call_id', 'output'],
  reasoning: ['summary'],
};

function checkOther(item: JsonRecord, kind: string, path: string): Refusal | null {
  const absent = (requiredMembers[kind] ?? []).find((name) => item[name] === undefined || item[name] === null);
  if (absent !== undefined) return missing(`${path}.${absent}`);
  if (kind === 'function_call' && typeof item.arguments !== 'string') {
    return invalidRequest(
      `Invalid type for '${path}.arguments': expected a string, but got an ${typeof item.arguments} instead.`,
      `${path}.arguments`,
      'invalid_type',
    );
  }
  return (
    checkLength(item.call_id, `${path}.call_id`, idLength) ??
    firstRefusal(asArray(item.output).map(asRecord), ({ type }, at) =>
      givenParts.includes(asString(type)) ? null : unsupportedValue(`${path}.output[${at}]`, type, givenParts),
    )
  );
}

function missing(path: string): Refusal {
  return invalidRequest(`Missing required parameter: '${path}'.`, path, 'missing_required_parameter');
}
