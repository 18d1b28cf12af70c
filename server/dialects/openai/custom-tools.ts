import { z } from 'zod';
import type { ConversationRequest, FreeTextTool, FunctionTool, Tool } from '../../conversation/request.ts';
import { mapSame } from '../../lib/map-same.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import { inputName } from './custom-input.ts';

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
    freeText: toFreeText(tool),
  };
}

function toFreeText({ description, format }: WireCustomTool): FreeTextTool {
  const { type, syntax, definition } = format ?? {};
  return {
    ...(typeof description === 'string' && { description }),
    ...(type === 'text' && { format: { type } }),
    ...(type === 'grammar' && syntax && definition && { format: { type, syntax, definition } }),
  };
}

/** The names of the tools that take free text. */
export function customToolsIn(tools: readonly Tool[]): ReadonlySet<string> {
  return new Set(tools.flatMap((tool) => (tool.type === 'function' && tool.freeText !== undefined ? [tool.name] : [])));
}

/**
 * Removes what only functions need from custom tools, for an API that has them: the grammar in the description.
 *
 * @returns the same request if it has none
 */
export function withOwnDescriptions(request: ConversationRequest): ConversationRequest {
  const tools = mapSame(request.tools, (tool) => {
    if (tool.type !== 'function' || tool.freeText === undefined) return tool;
    const { description: _function, ...rest } = tool;
    const { description } = tool.freeText;
    return { ...rest, ...withoutUndefined({ description }) };
  });
  return tools === request.tools ? request : { ...request, tools };
}

/** True for models to which OpenAI's APIs offer custom tools (https://platform.openai.com/docs/guides/function-calling). */
export function takesCustomTools(model: string, refusedMembers: ReadonlySet<string>): boolean {
  return /^gpt-(?:[5-9]|\d\d)/i.test(model) && !refusesCustomTools(refusedMembers);
}

/** True if the model is known to refuse custom tools on the route. */
export function refusesCustomTools(refusedMembers: ReadonlySet<string>): boolean {
  return refusedMembers.has('tools[].type=custom');
}
