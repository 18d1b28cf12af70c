import type { z } from 'zod';
import { Failure, type FailureReason } from '../../conversation/failure.ts';
import { shorten } from '../../lib/shorten.ts';

type Issue = z.core.$ZodIssue;

/** Parses with a schema. @throws Failure `invalid-request` that names the parameter as OpenAI does */
export function parseParameter<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  parameter: string,
): z.infer<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw validationFailure(parsed.error, value, parameter);
}

/** The first thing wrong with `value`, in the words OpenAI has for it. */
function validationFailure(error: z.ZodError, value: unknown, parameter: string): Failure {
  const issue = error.issues.map(narrowestIssue)[0];
  if (issue === undefined) return invalidParameter(parameter, 'invalid-type', `Invalid value for '${parameter}'.`);
  const name = parameterName(parameter, issue.path);
  const found = valueAt(value, issue.path);
  if (found === undefined) {
    return invalidParameter(name, 'missing-parameter', `Missing required parameter: '${name}'.`);
  }
  return describeIssue(issue, name, found);
}

export function invalidParameter(parameter: string, reason: FailureReason, message: string): Failure {
  return new Failure('invalid-request', message, { reason, parameter, fault: 'request' });
}

function describeIssue(issue: Issue, name: string, found: unknown): Failure {
  const expected = expectedType(issue);
  if (expected !== undefined) {
    const message = `Invalid type for '${name}': expected ${expected}, but got ${typeOf(found)} instead.`;
    return invalidParameter(name, 'invalid-type', message);
  }
  const values = supportedValues(issue);
  if (values.length > 0) {
    const list = values.map((value) => `'${value}'`).join(', ');
    const message = `Invalid value: ${quoted(found)}. Supported values are: ${list}.`;
    return invalidParameter(name, 'unsupported-value', message);
  }
  return invalidParameter(name, 'unsupported-value', `Invalid '${name}': ${describeBound(issue, found)}`);
}

function describeBound(issue: Issue, found: unknown): string {
  if (issue.code === 'too_small' || issue.code === 'too_big') {
    if (Array.isArray(found)) return 'expected an array with at least 1 element, but got an empty array instead.';
    if (typeof found === 'string') return 'expected a non-empty string.';
    const bound = issue.code === 'too_small' ? `>= ${issue.minimum}` : `<= ${issue.maximum}`;
    return `expected a value ${bound}, but got ${found} instead.`;
  }
  return 'this value is not supported.';
}

/** Of a union's complaints, the one from the option that the value came nearest to; a tie stays the union's. */
function narrowestIssue(issue: Issue): Issue {
  if (issue.code !== 'invalid_union') return issue;
  let narrowest = issue as Issue;
  let depth = 0;
  for (const option of issue.errors) {
    const first = option[0];
    if (first === undefined) continue;
    const inner = narrowestIssue(first);
    if (inner.path.length > depth) {
      narrowest = { ...inner, path: [...issue.path, ...inner.path] };
      depth = inner.path.length;
    }
  }
  return narrowest;
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  boolean: 'a boolean',
  array: 'an array',
  object: 'an object',
  record: 'an object',
};

function expectedType(issue: Issue): string | undefined {
  if (issue.code === 'invalid_type') return typeNames[issue.expected] ?? issue.expected;
  if (issue.code === 'custom') {
    const expected: unknown = issue.params?.expected;
    return typeof expected === 'string' ? expected : undefined;
  }
  if (issue.code !== 'invalid_union' || issue.discriminator !== undefined) return undefined;
  const types = issue.errors.map((option) => option[0] && expectedType(option[0]));
  const known = types.filter((type) => type !== undefined);
  return known.length === 0 || known.length < types.length ? undefined : `one of ${[...new Set(known)].join(' or ')}`;
}

function supportedValues(issue: Issue): readonly string[] {
  if (issue.code === 'invalid_value') return issue.values.map(String);
  if (issue.code !== 'invalid_union') return [];
  if ('options' in issue && issue.options !== undefined) return issue.options.map(String);
  return issue.errors.flatMap((option) => (option[0]?.path.length === 0 ? supportedValues(option[0]) : []));
}

/** `['messages', 0, 'content']` → `messages[0].content` */
function parameterName(prefix: string, path: readonly PropertyKey[]): string {
  let name = prefix;
  for (const step of path) {
    if (typeof step === 'number') name += `[${step}]`;
    else name += name === '' ? shorten(String(step)) : `.${shorten(String(step))}`;
  }
  return name;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let found = value;
  for (const step of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, step)) return undefined;
    found = Reflect.get(found, step);
  }
  return found;
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'an integer' : 'a decimal';
  return typeNames[typeof value] ?? typeof value;
}

function quoted(value: unknown): string {
  if (typeof value !== 'string') return typeOf(value);
  return `'${shorten(value)}'`;
}
