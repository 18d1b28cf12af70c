import type { Message } from '../../conversation/message.ts';
import type { ConversationRequest } from '../../conversation/request.ts';

/** Adds a system message after those at the beginning. */
export function withInstructions(request: ConversationRequest, text: string): ConversationRequest {
  const { messages } = request;
  const instruction: Message = { role: 'system', parts: [{ type: 'text', text }] };
  const place = messages.findIndex(({ role }) => role === 'user' || role === 'assistant');
  const end = place === -1 ? messages.length : place;
  return { ...request, messages: [...messages.slice(0, end), instruction, ...messages.slice(end)] };
}
