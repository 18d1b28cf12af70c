import { withoutUndefined } from '../../lib/without-undefined.ts';

/** Names of the fields that an edit changes, for the audit log. */
export function changedFieldNames(changes: object): string {
  return Object.keys(withoutUndefined(changes)).join(', ');
}
