import { type JsonRecord, readText } from '../../lib/json.ts';

/** True if any constraints were moved to descriptions. */
export interface EncodingState {
  describesConstraints: boolean;
}

/** Adds constraints without supported keywords to the schema's description. */
export function describeConstraints(schema: JsonRecord, constraints: JsonRecord, state: EncodingState): JsonRecord {
  state.describesConstraints = true;
  const sentence = `Must also be valid against this JSON Schema: ${JSON.stringify(constraints)}`;
  const description = readText(schema.description);
  return { ...schema, description: description === undefined ? sentence : `${description}\n${sentence}` };
}
