import { Failure } from '../../conversation/failure.ts';

/** Covers the vendors' model ids. A match needs no escaping and cannot change the path. */
const safeSegment = /^(?!\.{1,2}$)[A-Za-z0-9._@:-]{1,200}$/;

/**
 * A model's id as one path segment.
 *
 * @throws Failure `invalid-request` when the id is not a safe segment
 */
export function toPathSegment(model: string): string {
  if (safeSegment.test(model)) return model;
  throw new Failure('invalid-request', "The model's upstream id has characters that no route accepts.", {
    reason: 'unsupported-value',
    parameter: 'model',
    fault: 'route',
    scope: 'model',
  });
}
