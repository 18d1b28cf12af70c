import type { Answer } from '../answer/answer.ts';
import { finishWord } from '../answer/finish-words.ts';
import { bedrockClaudeModel, vertexClaudeModel } from '../answer/models.ts';
import type { Prompt } from '../answer/prompt.ts';
import type { Behaviour } from '../behaviour.ts';
import { awsEventStreamWriter } from '../delivery/event-stream.ts';
import { createSseWriter } from '../delivery/sse-writer.ts';
import { asArray, asNumber, asRecord, asString, type JsonRecord } from '../json.ts';
import { contentText } from '../openai/chat-prompt.ts';
import { refused, streams, type Wire } from '../wire.ts';
import { encodeAnthropicFrames } from './frames.ts';
import { checkAnthropicBody } from './strict-body.ts';

/** Anthropic Messages as Vertex (`:rawPredict`, `:streamRawPredict`) and Bedrock (`invoke…`) take it. */
export const anthropicWires: Readonly<Record<'vertex' | 'bedrock', Wire>> = {
  vertex: anthropicWire('vertex-anthropic', 'vertex-2023-10-16', 'streamRawPredict', vertexClaudeModel),
  bedrock: anthropicWire('bedrock-anthropic', 'bedrock-2023-05-31', 'invoke-with-response-stream', bedrockClaudeModel),
};

function anthropicWire(
  name: 'vertex-anthropic' | 'bedrock-anthropic',
  version: string,
  streamMethod: string,
  serves: RegExp,
): Wire {
  return {
    name,
    errorFamily: 'anthropic',
    serves,
    locateModel: ({ pathParts }) => pathParts[0] ?? '',
    readPrompt: ({ body, pathParts }, model, behaviour) => {
      const refusal = checkAnthropicBody(body, version, behaviour);
      return refusal === null
        ? { ok: true, prompt: readPrompt(body, model, pathParts[1] === streamMethod) }
        : refused(refusal);
    },
    encodeAnswer: (answer, prompt, behaviour) => {
      if (!streams(prompt, behaviour)) return { kind: 'json', body: encodeMessage(answer, behaviour) };
      const isBinary = name === 'bedrock-anthropic' && behaviour['bedrock-stream'] === 'aws';
      return {
        kind: 'stream',
        frames: encodeAnthropicFrames(answer, behaviour),
        writer: isBinary ? awsEventStreamWriter : createSseWriter(behaviour, false),
      };
    },
  };
}

function readPrompt(body: JsonRecord, model: string, stream: boolean): Prompt {
  const messages = asArray(body.messages).map(asRecord);
  const blocks = (message: JsonRecord | undefined): readonly JsonRecord[] => asArray(message?.content).map(asRecord);
  const results = blocks(messages.at(-1)).filter((block) => block.type === 'tool_result');
  const user = messages.findLast((message) => message.role === 'user' && contentText(message.content) !== '');
  return {
    model,
    stream,
    lastRole: results.length > 0 ? 'tool' : messages.at(-1)?.role === 'assistant' ? 'assistant' : 'user',
    userText: contentText(user?.content),
    toolResults: results.map((block) => contentText(block.content)),
    imageCount: messages.flatMap(blocks).filter((block) => block.type === 'image').length,
    textLength: messages.reduce(
      (length, message) => length + contentText(message.content).length,
      contentText(body.system).length,
    ),
    tools: asArray(body.tools)
      .map(asRecord)
      .map((tool) => ({ name: asString(tool.name), schema: tool.input_schema })),
    toolChoice: readToolChoice(asRecord(body.tool_choice)),
    responseFormat: null,
    maximumTokens: asNumber(body.max_tokens),
    stop: asArray(body.stop_sequences).filter((stop): stop is string => typeof stop === 'string'),
  };
}

function readToolChoice({ type, name }: JsonRecord): Prompt['toolChoice'] {
  if (type === 'none') return 'none';
  if (type === 'any') return 'required';
  return type === 'tool' ? { name: asString(name) } : 'auto';
}

function encodeMessage(answer: Answer, behaviour: Behaviour): object {
  const thinking = answer.reasoningPieces.join('');
  const text = answer.textPieces.join('');
  const { usage } = answer;
  return {
    id: `msg_${answer.number}`,
    type: 'message',
    role: 'assistant',
    ...(answer.model === 'absent' ? {} : { model: answer.model }),
    content: [
      ...(thinking === '' ? [] : [{ type: 'thinking', thinking, signature: `signature-${answer.number}` }]),
      ...(text === '' ? [] : [{ type: 'text', text }]),
      ...answer.toolCalls.map(({ name, input }, index) => ({
        type: 'tool_use',
        id: `toolu_${answer.number}_${index}`,
        name,
        input,
      })),
    ],
    stop_reason: finishWord(answer.finish, behaviour.finish, 'anthropic'),
    stop_sequence: null,
    ...(behaviour.usage === 'none'
      ? {}
      : { usage: { input_tokens: usage.input, cache_read_input_tokens: usage.cached, output_tokens: usage.output } }),
  };
}
