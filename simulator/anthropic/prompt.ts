import type { Prompt, ReasoningDisplay } from '../answer/prompt.ts';
import type { Behaviour } from '../behaviour.ts';
import { identifyConversation } from '../cache/conversation.ts';
import { asArray, asNumber, asRecord, asString, type JsonRecord } from '../json.ts';
import { contentText } from '../openai/chat-prompt.ts';
import { promptBlocks } from './prompt-blocks.ts';
import { blocksOf, type MessagesRequest } from './request.ts';

/** Reads the input of an answer. */
export function readMessagesPrompt(request: MessagesRequest, stream: boolean): Prompt {
  const { body, messages, tools, model, capabilities, behaviour } = request;
  const results = blocksOf(messages.at(-1)).filter((block) => block.type === 'tool_result');
  const user = messages.findLast((message) => message.role === 'user' && contentText(message.content) !== '');
  return {
    model,
    stream,
    lastRole: results.length > 0 ? 'tool' : messages.at(-1)?.role === 'assistant' ? 'assistant' : 'user',
    userText: contentText(user?.content),
    toolResults: results.map((block) => contentText(block.content)),
    resultCount: messages.flatMap(blocksOf).filter((block) => block.type === 'tool_result').length,
    imageCount: messages
      .flatMap(blocksOf)
      .flatMap((block) => [block, ...asArray(block.content).map(asRecord)])
      .filter((block) => block.type === 'image').length,
    textLength: messages.reduce(
      (length, message) => length + contentText(message.content).length,
      contentText(body.system).length,
    ),
    input: {
      counting: 'vendor',
      blocks: () => promptBlocks(request),
      terms: { kind: 'explicit', minimum: capabilities.minCached },
      identify: () => identifyConversation(blocksOf(messages[0]), contentText(messages[0]?.content)),
    },
    tools: tools.map((tool) => ({ name: asString(tool.name), schema: tool.input_schema })),
    toolChoice: readToolChoice(asRecord(body.tool_choice)),
    responseFormat: readFormat(body, behaviour),
    reasoning: readReasoning(request),
    maxTokens: asNumber(body.max_tokens),
    stop: asArray(body.stop_sequences).filter((stop): stop is string => typeof stop === 'string'),
  };
}

function readToolChoice({ type, name }: JsonRecord): Prompt['toolChoice'] {
  if (type === 'none') return 'none';
  if (type === 'any') return 'required';
  return type === 'tool' ? { name: asString(name) } : 'auto';
}

/** `output_config.format`, or the older `output_format`, if the knob enables them on the route. */
function readFormat(body: JsonRecord, behaviour: Behaviour): Prompt['responseFormat'] {
  if (behaviour['output-config'] === 'reject') return null;
  const format = asRecord(asRecord(body.output_config).format ?? body.output_format);
  return format.type === 'json_schema' ? { schema: format.schema } : null;
}

function readReasoning({ body, thinking, capabilities }: MessagesRequest): ReasoningDisplay {
  if (thinking === 'off') return 'none';
  const { display } = asRecord(body.thinking);
  const omits = display === undefined ? capabilities.omitsThinking : display === 'omitted';
  return omits ? 'omitted' : 'shown';
}
