import type { JsonSchema } from '../../conversation/request.ts';
import type { TranslationLog } from '../../conversation/translation.ts';
import { isRecord, type JsonRecord, readArray, readRecord } from '../../lib/json.ts';

const combinators = ['anyOf', 'oneOf', 'allOf'] as const;

/**
 * The schema of a tool's input as Claude takes it: of an object, and without alternatives at its top ("input_schema does
 * not support oneOf, allOf, or anyOf at the top level"), whose properties stand side by side instead.
 *
 * @param schema undefined: the tool takes nothing
 * @returns the schema itself when nothing has to be changed
 */
export function toInputSchema(schema: JsonSchema | undefined, path: string, notes: TranslationLog): JsonRecord {
  if (schema === undefined) return { type: 'object', properties: {} };
  const used = combinators.filter((keyword) => schema[keyword] !== undefined);
  const flat = used.length === 0 ? schema : joinBranches(schema, used);
  if (used.length > 0) notes.changed(path, `This model takes no ${used.join(', ')} at the top of a schema.`);
  return flat.type === 'object' ? flat : { ...flat, type: 'object' };
}

function joinBranches(schema: JsonRecord, used: readonly string[]): JsonRecord {
  const rest = Object.fromEntries(Object.entries(schema).filter(([keyword]) => !used.includes(keyword)));
  let properties = readRecord(rest.properties);
  const required = new Set(readArray(rest.required));
  for (const keyword of used) {
    for (const branch of readArray(schema[keyword]).filter(isRecord)) {
      properties = { ...readRecord(branch.properties), ...properties };
      // Of alternatives, nobody knows which one will be chosen.
      if (keyword === 'allOf') for (const name of readArray(branch.required)) required.add(name);
    }
  }
  return { ...rest, properties, ...(required.size > 0 && { required: [...required] }) };
}
