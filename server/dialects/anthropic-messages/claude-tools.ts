import { Failure } from '../../conversation/failure.ts';
import type { Message } from '../../conversation/message.ts';
import type { FunctionTool, Tool } from '../../conversation/request.ts';
import type { TranslationLog } from '../../conversation/translation.ts';
import { shorten } from '../../lib/shorten.ts';

/**
 * Removes duplicate tools, since Claude rejects tools with the same name.
 *
 * @returns the same array if all names are unique
 * @throws Failure `invalid-request` if two different tools have the same name
 */
export function distinctTools(tools: readonly Tool[], notes: TranslationLog): readonly Tool[] {
  const known = new Map<string, Tool>();
  const distinct = tools.filter((tool, index) => {
    if (tool.type !== 'function') return true;
    const other = known.get(tool.name);
    if (other === undefined) {
      known.set(tool.name, tool);
      return true;
    }
    if (JSON.stringify(other) !== JSON.stringify(tool)) throw duplicateName(tool.name, index);
    notes.changed(`tools[${index}]`, 'The tool was declared twice and is sent once.');
    return false;
  });
  return distinct.length === tools.length ? tools : distinct;
}

function duplicateName(name: string, index: number): Failure {
  const parameter = `tools[${index}]`;
  return new Failure('invalid-request', `Invalid '${parameter}': another tool is also named '${shorten(name)}'.`, {
    reason: 'unsupported-value',
    parameter,
    fault: 'request',
  });
}

/** Declares the tools called in the history, since Claude rejects calls without tools. The model must not call them. */
export function toolsOfHistory(messages: readonly Message[], notes: TranslationLog): readonly FunctionTool[] {
  const names = new Set<string>();
  for (const { parts } of messages) for (const part of parts) if (part.type === 'tool-call') names.add(part.name);
  if (names.size > 0) notes.changed('tools', 'Tools called in the history were declared; the model cannot call them.');
  return Array.from(names, (name) => ({ type: 'function', name, parameters: { type: 'object', properties: {} } }));
}
