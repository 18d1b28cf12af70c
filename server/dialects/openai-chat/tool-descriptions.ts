import type { ConversationRequest, Tool } from '../../conversation/request.ts';
import type { TranslationLog } from '../../conversation/translation.ts';
import { mapSame } from '../../lib/map-same.ts';
import { withInstructions } from '../openai/with-instructions.ts';

/** In characters. OpenAI's limit in Chat Completions; the Responses API has none. */
const maxLength = 1_024;
const reference = '… (The complete description is in the instructions.)';

/**
 * Shortens descriptions of tools that OpenAI would reject ("string too long"), and puts the complete ones into a system
 * message. Agents and MCP servers describe tools at length.
 *
 * @returns the same object if no description is too long
 */
export function fitToolDescriptions(request: ConversationRequest, notes: TranslationLog): ConversationRequest {
  const complete: string[] = [];
  const tools = mapSame(request.tools, (tool, index) => {
    if (!isTooLong(tool)) return tool;
    complete.push(`## ${tool.name}\n${tool.description}`);
    notes.changed(
      `tools[${index}].description`,
      `OpenAI supports ${maxLength} characters; the complete description was added to the instructions.`,
    );
    return { ...tool, description: shortened(tool.description) };
  });
  if (complete.length === 0) return request;
  const text = `Complete descriptions of tools:\n\n${complete.join('\n\n')}`;
  return withInstructions({ ...request, tools }, text);
}

function isTooLong(tool: Tool): tool is Tool & { readonly description: string } {
  return tool.type === 'function' && (tool.description?.length ?? 0) > maxLength;
}

function shortened(description: string): string {
  const beginning = description.slice(0, maxLength - reference.length);
  // Half a character cannot be sent.
  return beginning.replace(/[\uD800-\uDBFF]$/, '') + reference;
}
