import { z } from 'zod';
import { isRecord } from './json.ts';

/**
 * Reads data that an older or newer version may have stored. Each field is parsed separately, so an invalid one does
 * not affect the others.
 *
 * @param onDropped called with the name of each invalid field; with an empty name if the value is not an object
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
