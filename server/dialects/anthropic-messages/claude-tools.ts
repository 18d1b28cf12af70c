import { Failure } from '../../conversation/failure.ts';
import type { Message } from '../../conversation/message.ts';
import type { FunctionTool, Tool } from '../../conversation/request.ts';
import type { TranslationLog } from '../../conversation/translation.ts';
import { shorten } from '../../lib/shorten.ts';

/**
 * Claude takes no two tools of one name: equal ones are sent once.
 *
 * @returns the given list when all names differ
 * @throws Failure `invalid-request` when two different tools have one name
 */
export function distinctTools(tools: readonly Tool[], notes: TranslationLog): readonly Tool[] {
  const known = new Map<string, string>();
  const distinct = tools.filter((tool, index) => {
    if (tool.type !== 'function') return true;
    const other = known.get(tool.name);
    if (other === undefined) {
      known.set(tool.name, JSON.stringify(tool));
      return true;
    }
    if (other !== JSON.stringify(tool)) throw sameName(tool.name, index);
    notes.changed(`tools[${index}]`, 'The same tool was there twice: it was sent once.');
    return false;
  });
  return distinct.length === tools.length ? tools : distinct;
}

function sameName(name: string, index: number): Failure {
  const parameter = `tools[${index}]`;
  return new Failure('invalid-request', `Invalid '${parameter}': another tool is called '${shorten(name)}', too.`, {
    reason: 'unsupported-value',
    parameter,
    fault: 'request',
  });
}

/** Claude wants tools wherever there are calls. These are there for the history only, and may not be called. */
export function toolsOfHistory(messages: readonly Message[], notes: TranslationLog): readonly FunctionTool[] {
  const names = new Set<string>();
  for (const { parts } of messages) for (const part of parts) if (part.type === 'tool-call') names.add(part.name);
  if (names.size > 0)
    notes.changed('tools', 'Tools that the history has calls of were declared; they may not be called.');
  return Array.from(names, (name) => ({ type: 'function', name, parameters: { type: 'object', properties: {} } }));
}
