import type { HistoryNames } from '../../conversation/arrange-history.ts';
import type { Message } from '../../conversation/message.ts';

/** Names of ids in a history. @param messages have the same indices as the client's messages */
export function chatHistoryNames(messages: readonly Message[]): HistoryNames {
  return {
    toolResult: (message) => `messages[${message}].tool_call_id`,
    toolCall: (message, part) => {
      const before = messages[message]?.parts.slice(0, part) ?? [];
      const call = before.filter((other) => other.type === 'tool-call').length;
      return `messages[${message}].tool_calls[${call}].id`;
    },
  };
}
