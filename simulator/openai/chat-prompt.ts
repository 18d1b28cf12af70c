import { vendorOf } from '../answer/models.ts';
import { invalidRequest, type Prompt, type PromptTool, type Refusal } from '../answer/prompt.ts';
import type { Behaviour } from '../behaviour.ts';
import { identifyConversation } from '../cache/conversation.ts';
import { asArray, asNumber, asRecord, asString, isRecord, type JsonRecord } from '../json.ts';
import { promptBlocks } from './prompt-blocks.ts';

/**
 * Reads a chat-completions payload for the unified endpoint. Invalid parts are ignored, because the upstream's rules
 * are checked separately.
 */
export function readChatPrompt(payload: JsonRecord, model: string): Prompt {
  const messages = asArray(payload.messages).map(asRecord);
  const last = messages.at(-1);
  const opening = messages.find((message) => message.role === 'user');
  const user = messages.findLast((message) => message.role === 'user');
  return {
    model,
    stream: payload.stream === true,
    lastRole: readRole(last?.role),
    userText: contentText(user?.content),
    toolResults: trailingToolResults(messages),
    resultCount: messages.filter((message) => message.role === 'tool').length,
    imageCount: messages.flatMap((message) => asArray(message.content)).filter(isImagePart).length,
    textLength: messages.reduce((length, message) => length + contentText(message.content).length, 0),
    input: {
      counting: 'naive',
      blocks: () => promptBlocks(asArray(payload.tools).map(asRecord), undefined, messages, vendorOf(model)),
      terms: null,
      identify: () => identifyConversation(opening, contentText(opening?.content)),
    },
    tools: asArray(payload.tools).map(readTool),
    toolChoice: readToolChoice(payload.tool_choice),
    responseFormat: readResponseFormat(payload.response_format),
    reasoning: 'none',
    maxTokens: asNumber(payload.max_completion_tokens) ?? asNumber(payload.max_tokens),
    stop: [payload.stop].flat().filter((stop): stop is string => typeof stop === 'string' && stop !== ''),
  };
}

/** The texts of a message's content, which is a string or parts. */
export function contentText(content: unknown): string {
  if (typeof content === 'string') return content;
  return asArray(content)
    .map((part) => asString(asRecord(part).text))
    .join('');
}

function readRole(role: unknown): Prompt['lastRole'] {
  return role === 'user' || role === 'assistant' || role === 'tool' ? role : 'other';
}

function trailingToolResults(messages: readonly JsonRecord[]): readonly string[] {
  const start = messages.findLastIndex((message) => message.role !== 'tool') + 1;
  return messages.slice(start).map((message) => contentText(message.content));
}

function isImagePart(part: unknown): boolean {
  return isRecord(part) && (part.type === 'image_url' || part.type === 'image');
}

function readTool(tool: unknown): PromptTool {
  const { type, function: described, custom } = asRecord(tool);
  if (type === 'custom') return { name: asString(asRecord(custom).name), schema: undefined, isCustom: true };
  return { name: asString(asRecord(described).name), schema: asRecord(described).parameters };
}

function readToolChoice(choice: unknown): Prompt['toolChoice'] {
  if (choice === 'none' || choice === 'required') return choice;
  const { function: called, custom } = asRecord(choice);
  const name = asString(asRecord(called ?? custom).name);
  return name === '' ? 'auto' : { name };
}

function readResponseFormat(format: unknown): Prompt['responseFormat'] {
  const { type, json_schema: described } = asRecord(format);
  if (type === 'json_object') return { schema: undefined };
  return type === 'json_schema' ? { schema: asRecord(described).schema } : null;
}

/** Parameters of a chat-completions payload that the upstream is known to accept. */
const ordinaryParameters: ReadonlySet<string> = new Set([
  'messages',
  'temperature',
  'max_tokens',
  'max_completion_tokens',
  'tools',
  'tool_choice',
  'stream',
]);

/** Applies the refusals set by the knobs `parameters`, `reject-parameters`, `response-format` and `images` (form). */
export function checkChatPayload(payload: JsonRecord, behaviour: Behaviour): Refusal | null {
  return checkMessages(payload) ?? checkParameters(payload, behaviour) ?? checkImages(payload, behaviour);
}

function checkMessages(payload: JsonRecord): Refusal | null {
  const { messages } = payload;
  if (!Array.isArray(messages)) return invalidRequest('messages: Field required', 'messages');
  if (messages.length === 0) return invalidRequest('messages: at least one message is required', 'messages');
  const wrong = messages.findIndex((message) => !isRecord(message) || typeof message.role !== 'string');
  return wrong === -1 ? null : invalidRequest(`messages.${wrong}: Input should be a message with a role`, 'messages');
}

function checkParameters(payload: JsonRecord, behaviour: Behaviour): Refusal | null {
  const refusedNames = behaviour['reject-parameters'].split('|');
  const refusedName = Object.keys(payload).find(
    (name) => refusedNames.includes(name) || (behaviour.parameters === 'reject' && !ordinaryParameters.has(name)),
  );
  if (refusedName !== undefined) return invalidRequest(`${refusedName}: Extra inputs are not permitted`, refusedName);
  if (behaviour['response-format'] === 'reject' && payload.response_format !== undefined) {
    return invalidRequest('response_format: Extra inputs are not permitted', 'response_format');
  }
  return null;
}

function checkImages(payload: JsonRecord, behaviour: Behaviour): Refusal | null {
  if (behaviour.images === 'accept' || behaviour.images === 'reject') return null;
  const taken = behaviour.images === 'image-only' ? 'image' : 'image_url';
  for (const [index, message] of asArray(payload.messages).entries()) {
    const wrong = asArray(asRecord(message).content).findIndex(
      (part) => isImagePart(part) && asRecord(part).type !== taken,
    );
    if (wrong !== -1)
      return invalidRequest(`messages.${index}.content.${wrong}: image content is not supported`, 'messages');
  }
  return null;
}
