import type { JsonRecord } from '../../lib/json.ts';

const members = ['candidates', 'promptFeedback', 'usageMetadata'];

/** True for an answer or a part of one; false for what only keeps a stream open, like `{}` and `{"type":"ping"}`. */
export function isChunk(value: JsonRecord): boolean {
  return members.some((member) => value[member] !== undefined);
}
