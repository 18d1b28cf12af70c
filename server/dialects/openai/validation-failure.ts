import { Failure, type FailureReason } from '../../conversation/failure.ts';
import { shorten } from '../../lib/shorten.ts';
import { createParser, typeNameOf, type ValidationIssue } from '../validation-issue.ts';

/** Parses with a schema. @throws Failure `invalid-request` that names the parameter as OpenAI does */
export const parseParameter = createParser(validationFailure);

/** The failure for a problem, with OpenAI's message for it. */
function validationFailure(issue: ValidationIssue): Failure {
  const { name, found, expected, supported } = issue;
  if (found === undefined) {
    return invalidParameter(name, 'missing-parameter', `Missing required parameter: '${name}'.`);
  }
  if (expected !== undefined) {
    const message = `Invalid type for '${name}': expected ${expected}, but got ${typeNameOf(found)} instead.`;
    return invalidParameter(name, 'invalid-type', message);
  }
  if (supported.length > 0) {
    const list = supported.map((value) => `'${value}'`).join(', ');
    const message = `Invalid value: ${quoted(found)}. Supported values are: ${list}.`;
    return invalidParameter(name, 'unsupported-value', message);
  }
  return invalidParameter(name, 'unsupported-value', `Invalid '${name}': ${describeBound(issue)}`);
}

export function invalidParameter(parameter: string, reason: FailureReason, message: string): Failure {
  return new Failure('invalid-request', message, { reason, parameter, fault: 'request' });
}

function describeBound({ bound, found }: ValidationIssue): string {
  if (bound === undefined) return 'this value is not supported.';
  if (Array.isArray(found)) return 'expected an array with at least 1 element, but got an empty array instead.';
  if (typeof found === 'string') return 'expected a non-empty string.';
  return `expected a value ${bound}, but got ${found} instead.`;
}

function quoted(value: unknown): string {
  if (typeof value !== 'string') return typeNameOf(value);
  return `'${shorten(value)}'`;
}
