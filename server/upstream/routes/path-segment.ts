import { Failure } from '../../conversation/failure.ts';

/** The ids that vendors give their models: they need no escaping, and none of them leads to another path. */
const safeSegment = /^(?!\.{1,2}$)[A-Za-z0-9._@:-]{1,200}$/;

/**
 * A model's id as one segment of a path.
 *
 * @throws Failure `invalid-request` when it is no such segment
 */
export function toPathSegment(model: string): string {
  if (safeSegment.test(model)) return model;
  throw new Failure('invalid-request', "The model's upstream id has characters that no route takes.", {
    reason: 'unsupported-value',
    parameter: 'model',
    fault: 'route',
    scope: 'model',
  });
}
