import type { FunctionTool } from '../../conversation/request.ts';
import type { TranslationLog } from '../../conversation/translation.ts';
import { inlineSchemaReferences } from '../../lib/inline-schema-references.ts';

/**
 * Inlines references in a tool's schema.
 *
 * @param path the request member that holds the schema, for the notes
 * @returns the same object if nothing has to change
 */
export function inlineReferences(tool: FunctionTool, path: string, notes: TranslationLog): FunctionTool {
  if (tool.parameters === undefined) return tool;
  const { schema, unresolved, recursive } = inlineSchemaReferences(tool.parameters, notes.inlining);
  // Vendors that support recursion get it; the encoders of the others inline what they can.
  if (schema === tool.parameters || recursive) return tool;
  if (unresolved.length === 0) return { ...tool, parameters: schema };
  notes.changed(path, 'A $ref that cannot be resolved allows any value.');
  // A strict schema cannot contain a part that allows any value.
  const { strict: _, ...loose } = tool;
  return { ...loose, parameters: schema };
}
