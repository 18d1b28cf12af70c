import type { z } from 'zod';
import type { Failure } from '../conversation/failure.ts';
import { toPlainNumber } from '../lib/exact-json.ts';
import { shorten } from '../lib/shorten.ts';

type Issue = z.core.$ZodIssue;

/** The first problem with a request, from which a dialect makes its own error message. */
export interface ValidationIssue {
  /** The parameter's name: `messages[0].content`. */
  readonly name: string;
  /** The parameter's value; undefined if it is missing. */
  readonly found: unknown;
  /** The expected type, if the type is wrong: `a string`. */
  readonly expected: string | undefined;
  /** The valid values, if there is a fixed list of them. */
  readonly supported: readonly string[];
  /** The valid range, if the value is outside of it: `>= 1`. */
  readonly bound: string | undefined;
}

/**
 * Creates a dialect's function for parsing with a schema, which throws a failure for the first problem. Its `parameter`
 * is the name of the value; empty for the whole body.
 */
export function createParser(failureOf: (issue: ValidationIssue) => Failure) {
  return <Schema extends z.ZodType>(schema: Schema, value: unknown, parameter = ''): z.infer<Schema> => {
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    throw failureOf(findValidationIssue(parsed.error, value, parameter));
  };
}

/**
 * Converts the first issue of a zod error.
 *
 * @param value the validated value
 * @param parameter the name of `value`; empty for the whole body
 */
function findValidationIssue(error: z.ZodError, value: unknown, parameter: string): ValidationIssue {
  const [issue] = error.issues.map(narrowestIssue);
  if (issue === undefined) {
    return { name: parameter, found: value, expected: undefined, supported: [], bound: undefined };
  }
  return {
    name: parameterName(parameter, issue.path),
    found: toPlainNumber(valueAt(value, issue.path)),
    expected: expectedType(issue),
    supported: supportedValues(issue),
    bound: boundOf(issue),
  };
}

/** Describes a value's type for an error message: `an integer`. */
export function typeNameOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'an integer' : 'a decimal';
  return typeNames[typeof value] ?? typeof value;
}

/** Replaces a union's issue by that of the option that the value matches most deeply, if there is one. */
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

function boundOf(issue: Issue): string | undefined {
  if (issue.code === 'too_small') return `>= ${issue.minimum}`;
  return issue.code === 'too_big' ? `<= ${issue.maximum}` : undefined;
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
