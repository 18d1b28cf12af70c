import { Failure, type FailureReason } from '../../conversation/failure.ts';
import { shorten } from '../../lib/shorten.ts';
import { createParser, type ValidationIssue } from '../validation-issue.ts';

/**
 * Parses with a schema.
 *
 * @throws Failure `invalid-request` that names the parameter as the API does: `messages.0.content: Field required`
 */
export const parseParameter = createParser((issue) => invalidParameter(issue.name, reasonOf(issue), describe(issue)));

/** @param path such as `messages[0].content` @param message the problem, without the path */
export function invalidParameter(path: string, reason: FailureReason, message: string): Failure {
  const parameter = toParameterName(path);
  const text = parameter === '' ? message : `${parameter}: ${message}`;
  return new Failure('invalid-request', text, { reason, parameter, fault: 'request' });
}

/** Converts `messages[0].content` to the API's `messages.0.content`. */
export function toParameterName(path: string): string {
  return path.replaceAll(/\[(\d+)\]/g, '.$1');
}

/** The failure for an unknown `type`. */
export function unexpectedTag(path: string, found: unknown, expected: readonly string[]): Failure {
  const tags = expected.map((tag) => `'${tag}'`).join(', ');
  const tag = typeof found === 'string' ? found : JSON.stringify(found);
  const message = `Input tag '${shorten(tag)}' found using 'type' does not match any of the expected tags: ${tags}`;
  return invalidParameter(path, 'unsupported-value', message);
}

function reasonOf({ found, expected }: ValidationIssue): FailureReason {
  if (found === undefined) return 'missing-parameter';
  return expected === undefined ? 'unsupported-value' : 'invalid-type';
}

function describe({ found, expected, supported, bound }: ValidationIssue): string {
  if (found === undefined) return 'Field required';
  if (expected !== undefined) return `Input should be ${expected}`;
  if (supported.length > 0) return `Input should be ${supported.map((value) => `'${value}'`).join(', ')}`;
  if (Array.isArray(found)) return 'List should have at least 1 item after validation, not 0';
  if (typeof found === 'string' && bound !== undefined) return `String should have a length ${bound}`;
  return bound === undefined ? 'Input is not supported' : `Input should be ${bound}`;
}
