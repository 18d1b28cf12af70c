import { createHash } from 'node:crypto';
import type { ConversationRequest } from '../../conversation/request.ts';
import { ToolNames, toolNamesIn } from '../../conversation/tool-names.ts';

/** Function names that Gemini accepts. */
const validName = /^[A-Za-z_][A-Za-z0-9_.:-]{0,127}$/;
const maxNameLength = 128;
/** Gemini accepts any id, but long ones are shortened: some clients put whole signatures into them. */
const validCallId = /^[A-Za-z0-9_.:-]{1,64}$/;

export function toCallId(id: string): string {
  return validCallId.test(id) ? id : `call_${hash(id).slice(0, 24)}`;
}

/** Maps the request's function names to names that Gemini accepts. */
export function nameTools(request: Pick<ConversationRequest, 'tools' | 'messages' | 'toolChoice'>): ToolNames {
  return new ToolNames(toolNamesIn(request), { isValid: (name) => validName.test(name), rewrite: rewriteName });
}

function rewriteName(name: string, attempt: number): string {
  const suffix = `_${hash(`${attempt} ${name}`).slice(0, 12)}`;
  const readable = name.replaceAll(/[^A-Za-z0-9_.:-]/g, '_').slice(0, maxNameLength - suffix.length - 1);
  return /^[A-Za-z_]/.test(readable) ? readable + suffix : `_${readable}${suffix}`;
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
