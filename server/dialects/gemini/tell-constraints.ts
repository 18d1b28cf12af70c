import { type JsonRecord, readText } from '../../lib/json.ts';

/** Whether something is only told in a description. */
export interface Told {
  constraints: boolean;
}

/** A schema whose description tells the model what its keywords cannot say. */
export function tellConstraints(schema: JsonRecord, constraints: JsonRecord, told: Told): JsonRecord {
  told.constraints = true;
  const sentence = `Must also be valid against this JSON Schema: ${JSON.stringify(constraints)}`;
  const description = readText(schema.description);
  return { ...schema, description: description === undefined ? sentence : `${description}\n${sentence}` };
}
