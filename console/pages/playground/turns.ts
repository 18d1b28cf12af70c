import type { Answer } from '../../chat/answer.ts';
import type { ChatTimes } from '../../chat/send-chat.ts';

export interface UserTurn {
  readonly role: 'user';
  readonly id: string;
  readonly text: string;
  /** Data URLs. */
  readonly images: readonly string[];
}

export interface AssistantTurn {
  readonly role: 'assistant';
  readonly id: string;
  readonly model: string;
  readonly state: 'running' | 'done' | 'stopped' | 'failed';
  readonly answer: Answer;
  readonly times: ChatTimes;
  /** Request id, to find its trace; null until known. */
  readonly requestId: string | null;
  /** Error message. */
  readonly error: string | null;
}

/** A tool result, typed by the user. */
export interface ToolTurn {
  readonly role: 'tool';
  readonly id: string;
  readonly callId: string;
  readonly name: string;
  readonly text: string;
}

export type Turn = UserTurn | AssistantTurn | ToolTurn;

/** The parameters; empty fields are not sent. */
export interface Parameters {
  readonly model: string;
  readonly system: string;
  readonly temperature: number | string;
  readonly topP: number | string;
  readonly maxTokens: number | string;
  readonly reasoningEffort: string;
  readonly stream: boolean;
  /** A JSON array of tools in OpenAI's format, or empty. */
  readonly tools: string;
}

export const startParameters: Parameters = {
  model: '',
  system: '',
  temperature: '',
  topP: '',
  maxTokens: '',
  reasoningEffort: '',
  stream: true,
  tools: '',
};

/** Parses the tools; undefined if the text is not a JSON array. Empty text gives an empty list. */
export function readTools(text: string): readonly unknown[] | undefined {
  if (text.trim() === '') return [];
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** The Chat Completions body for the next answer. */
export function buildBody(parameters: Parameters, turns: readonly Turn[]): Record<string, unknown> {
  const { temperature, topP, maxTokens, reasoningEffort, stream } = parameters;
  const tools = readTools(parameters.tools) ?? [];
  const system = parameters.system.trim() === '' ? [] : [{ role: 'system', content: parameters.system }];
  return {
    model: parameters.model,
    messages: [...system, ...turns.flatMap(toMessage)],
    ...(temperature !== '' && { temperature: Number(temperature) }),
    ...(topP !== '' && { top_p: Number(topP) }),
    ...(maxTokens !== '' && { max_tokens: Number(maxTokens) }),
    ...(reasoningEffort !== '' && { reasoning_effort: reasoningEffort }),
    ...(tools.length !== 0 && { tools }),
    ...(stream ? { stream: true, stream_options: { include_usage: true } } : {}),
  };
}

function toMessage(turn: Turn): unknown[] {
  if (turn.role === 'tool') return [{ role: 'tool', tool_call_id: turn.callId, content: turn.text }];
  if (turn.role === 'user') {
    if (turn.images.length === 0) return [{ role: 'user', content: turn.text }];
    const images = turn.images.map((url) => ({ type: 'image_url', image_url: { url } }));
    return [{ role: 'user', content: [{ type: 'text', text: turn.text }, ...images] }];
  }
  const { text, toolCalls, images, details } = turn.answer;
  if (text === '' && toolCalls.length === 0 && images.length === 0) return [];
  const calls = toolCalls.map(({ id, name, arguments: written }) => ({
    id,
    type: 'function',
    function: { name, arguments: written },
  }));
  return [
    {
      role: 'assistant',
      content: text === '' ? null : text,
      ...(calls.length !== 0 && { tool_calls: calls }),
      ...(images.length === 0
        ? {}
        : {
            images: images.map((url) => ({ type: 'image_url', image_url: { url } })),
            reasoning_details: details,
          }),
    },
  ];
}
