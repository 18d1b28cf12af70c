import { z } from 'zod';
import type { FunctionTool } from '../../conversation/request.ts';
import { isRecord, parseJson } from '../../lib/json.ts';

/*
 * Custom tools take free text instead of JSON. OpenAI's two APIs define them alike, other vendors do not have them: they
 * get a function with one text argument.
 */

/** A custom tool in the flat format of the Responses API. `toFlatTool` converts that of Chat Completions. */
export const customToolSchema = z.looseObject({
  type: z.literal('custom'),
  name: z.string().min(1),
  description: z.string().nullish(),
  format: z.looseObject({ type: z.string(), syntax: z.string().nullish(), definition: z.string().nullish() }).nullish(),
});
export type WireCustomTool = z.infer<typeof customToolSchema>;

/** Converts a tool that takes free text to a function with one text argument. The description contains its grammar. */
export function customToFunction(flat: string, tool: WireCustomTool): FunctionTool {
  const grammar = tool.format?.definition;
  const syntax = tool.format?.syntax ?? tool.format?.type ?? 'the';
  const lines = [
    tool.description ?? '',
    grammar ? `The input must follow this ${syntax} grammar:\n${grammar}` : '',
  ].filter((line) => line !== '');
  return {
    type: 'function',
    name: flat,
    ...(lines.length > 0 && { description: lines.join('\n\n') }),
    parameters: {
      type: 'object',
      properties: { [inputName]: { type: 'string', description: 'The whole input, as plain text.' } },
      required: [inputName],
      additionalProperties: false,
    },
  };
}

const inputName = 'input';

export function encodeCustomInput(input: string): string {
  return JSON.stringify({ [inputName]: input });
}

/**
 * Extracts the free text from the arguments of such a function. Models that know a tool like it may give the text
 * another name. Arguments in any other form are returned as they are.
 */
export function readCustomInput(written: string): string {
  const value = parseJson(written);
  if (typeof value === 'string') return value;
  if (!isRecord(value)) return written;
  const [only, ...others] = Object.values(value);
  const input = value[inputName] ?? (others.length === 0 ? only : undefined);
  return typeof input === 'string' ? input : written;
}
