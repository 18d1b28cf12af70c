import { Failure, type FailureReason } from '../../conversation/failure.ts';
import { shorten } from '../../lib/shorten.ts';
import { createParser, typeNameOf, type ValidationIssue } from '../validation-issue.ts';

/** Parses with a schema. @throws Failure `invalid-request` that names the member */
export const parseArgument = createParser(validationFailure);

/** The failure for a problem, with Google's words for it. */
function validationFailure({ name, found, expected, supported, bound }: ValidationIssue): Failure {
  const place = name === '' ? 'the request' : `'${name}'`;
  if (found === undefined || found === null) {
    return invalidArgument(name, `${place} is missing.`, 'missing-parameter');
  }
  if (expected !== undefined) {
    return invalidArgument(
      name,
      `Invalid value at ${place}: expected ${expected}, got ${typeNameOf(found)}.`,
      'invalid-type',
    );
  }
  if (supported.length > 0) {
    const given = typeof found === 'string' ? `"${shorten(found)}"` : typeNameOf(found);
    return invalidArgument(name, `Invalid value at ${place}: ${given} is not one of ${supported.join(', ')}.`);
  }
  const problem = bound === undefined ? 'this value is not supported' : describeBound(bound, found);
  return invalidArgument(name, `Invalid value at ${place}: ${problem}.`);
}

function describeBound(bound: string, found: unknown): string {
  if (Array.isArray(found)) return 'it must not be empty';
  return typeof found === 'string' ? 'it must not be empty' : `it must be ${bound}`;
}

/** @param message a complete sentence for the client */
export function invalidArgument(
  parameter: string,
  message: string,
  reason: FailureReason = 'unsupported-value',
): Failure {
  return new Failure('invalid-request', message, { reason, fault: 'request', ...(parameter !== '' && { parameter }) });
}
