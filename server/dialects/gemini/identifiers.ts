import { createHash } from 'node:crypto';
import type { Message } from '../../conversation/message.ts';
import type { ConversationRequest } from '../../conversation/request.ts';
import { ToolNames } from '../../conversation/tool-names.ts';

/** What Gemini takes as a function's name (dialect notes, section 4). */
const validName = /^[A-Za-z_][A-Za-z0-9_.:-]{0,127}$/;
const longestName = 128;
/** Ids of calls may be anything; some clients keep whole signatures in them. */
const validCallId = /^[A-Za-z0-9_.:-]{1,64}$/;

export function toCallId(id: string): string {
  return validCallId.test(id) ? id : `call_${hash(id).slice(0, 24)}`;
}

/** The names under which a request's functions are known to Gemini. */
export function nameTools({
  tools,
  messages,
  toolChoice,
}: Pick<ConversationRequest, 'tools' | 'messages' | 'toolChoice'>): ToolNames {
  const declared = tools.flatMap((tool) => (tool.type === 'function' ? [tool.name] : []));
  const chosen =
    toolChoice?.type === 'tool' ? [toolChoice.name] : toolChoice?.type === 'allowed' ? toolChoice.names : [];
  return new ToolNames([...declared, ...chosen, ...messages.flatMap(namesIn)], {
    isValid: (name) => validName.test(name),
    rewrite: rewriteName,
  });
}

function namesIn({ parts }: Message): string[] {
  return parts.flatMap((part) => {
    if (part.type === 'tool-call') return [part.name];
    return part.type === 'tool-result' && part.name !== undefined ? [part.name] : [];
  });
}

function rewriteName(name: string, attempt: number): string {
  const suffix = `_${hash(`${attempt} ${name}`).slice(0, 12)}`;
  const readable = name.replaceAll(/[^A-Za-z0-9_.:-]/g, '_').slice(0, longestName - suffix.length - 1);
  return /^[A-Za-z_]/.test(readable) ? readable + suffix : `_${readable}${suffix}`;
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
