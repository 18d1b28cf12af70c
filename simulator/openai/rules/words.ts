import { invalidRequest, type Refusal } from '../../answer/prompt.ts';
import type { JsonRecord } from '../../json.ts';
import { firstRefusal } from '../../refusal/rules.ts';

/** Searches for unknown members; `where` is the path of the object, such as `messages[0]`. */
export type StrayFinder = (value: JsonRecord, members: ReadonlySet<string>, where: string) => Refusal | null;

/** Finds unknown members; `rejected` are names that count as unknown. */
export function strayFinder(rejected: ReadonlySet<string>): StrayFinder {
  return (value, members, where) => {
    const name = Object.keys(value).find((member) => !members.has(member) || rejected.has(member));
    if (name === undefined) return null;
    const path = where === '' ? name : `${where}.${name}`;
    return invalidRequest(`Unknown parameter: '${path}'.`, path, 'unknown_parameter');
  };
}

/** The error for an unsupported value. */
export function unsupportedValue(path: string, value: unknown, supported: readonly string[]): Refusal {
  const names = supported.map((name) => `'${name}'`);
  const list = names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
  return invalidRequest(`Invalid value: '${String(value)}'. Supported values are: ${list}.`, path, 'invalid_value');
}

/** A text longer than `maximum`. */
export function checkLength(value: unknown, path: string, maximum: number): Refusal | null {
  if (typeof value !== 'string' || value.length <= maximum) return null;
  return invalidRequest(
    `Invalid '${path}': string too long. Expected a string with maximum length ${maximum}, but got a string with length ${value.length} instead.`,
    path,
    'string_above_max_length',
  );
}

const identifierLength = 64;

/** The ids of the user and of the cache. */
export function checkIdentifiers(body: JsonRecord): Refusal | null {
  const names = ['user', 'safety_identifier', 'prompt_cache_key'];
  return firstRefusal(names, (name) => checkLength(body[name], name, identifierLength));
}

const nameLength = 64;

/** The name of a function. */
export function checkName(value: unknown, path: string): Refusal | null {
  if (typeof value !== 'string' || value === '') {
    return invalidRequest(`Missing required parameter: '${path}'.`, path, 'missing_required_parameter');
  }
  if (!/^[a-zA-Z0-9_-]+$/.test(value)) {
    return invalidRequest(
      `Invalid '${path}': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.`,
      path,
      'invalid_value',
    );
  }
  return checkLength(value, path, nameLength);
}

/** The error for a member that the model does not support. */
export function unsupportedParameter(name: string): Refusal {
  return invalidRequest(
    `Unsupported parameter: '${name}' is not supported with this model.`,
    name,
    'unsupported_parameter',
  );
}
