import { z } from 'zod';
import { isRecord } from './json.ts';

/**
 * Reads what an older or newer version may have stored: each field for itself, so that one which is not understood costs
 * that field alone.
 *
 * @param onDropped told the name of each field that is not understood; an empty name for what is no object at all
 */
export function readKnownFields<Shape extends z.core.$ZodShape>(
  schema: z.ZodObject<Shape>,
  stored: unknown,
  onDropped: (field: string) => void,
): Partial<z.output<z.ZodObject<Shape>>> {
  const known: Partial<z.output<z.ZodObject<Shape>>> = {};
  if (!isRecord(stored)) {
    if (stored !== undefined) onDropped('');
    return known;
  }
  for (const [name, field] of Object.entries(schema.shape)) {
    if (stored[name] === undefined) continue;
    const parsed = z.safeParse(field, stored[name]);
    if (parsed.success) Object.assign(known, { [name]: parsed.data });
    else onDropped(name);
  }
  return known;
}
