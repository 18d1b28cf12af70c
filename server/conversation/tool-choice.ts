import type { Tool, ToolChoice } from './request.ts';
import type { TranslationLog } from './translation.ts';

/**
 * Removes from a tool choice the vendor's tools that the route leaves out of the tools. A choice of a tool that the request
 * does not have stays, for the upstream to judge.
 *
 * @param dialect the dialect in which the request is encoded
 */
export function choiceAmongSent(
  { tools, toolChoice: choice }: { readonly tools: readonly Tool[]; readonly toolChoice?: ToolChoice },
  dialect: string,
  notes: TranslationLog,
): ToolChoice | undefined {
  if (choice?.type !== 'tool' && choice?.type !== 'allowed') return choice;
  const sent = new Set(tools.filter((tool) => isSent(tool, dialect)).map(({ name }) => name));
  const leftOut = new Set(tools.filter((tool) => !isSent(tool, dialect)).map(({ name }) => name));
  const isLeftOut = (name: string) => leftOut.has(name) && !sent.has(name);
  if (choice.type === 'tool') {
    if (!isLeftOut(choice.name)) return choice;
    notes.dropped('tool_choice', 'The chosen tool is not sent.');
    return undefined;
  }
  const names = choice.names.filter((name) => !isLeftOut(name));
  if (names.length === choice.names.length) return choice;
  return names.length === 0 ? { type: 'none' } : { ...choice, names };
}

/** False for another vendor's own tool, which a route leaves out. @param dialect as in `choiceAmongSent` */
export function isSent(tool: Tool, dialect: string): boolean {
  return tool.type === 'function' || tool.dialect === dialect;
}
