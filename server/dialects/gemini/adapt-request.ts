import { toArgumentsSchema } from '../../conversation/arguments-schema.ts';
import { attachProofs } from '../../conversation/attach-proofs.ts';
import { moveGeneratedImages } from '../../conversation/generated-image.ts';
import type { Message, Part } from '../../conversation/message.ts';
import { placeOf } from '../../conversation/part-places.ts';
import { effortOf, reasoningOfEffort } from '../../conversation/reasoning-effort.ts';
import type { ConversationRequest, ResponseFormat, Tool, ToolChoice } from '../../conversation/request.ts';
import type { ToolNames } from '../../conversation/tool-names.ts';
import { EmbeddedJson } from '../../lib/embedded-json.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import type { EncodingTarget } from '../dialect.ts';
import { encodeMedia } from './encode-media.ts';
import { encodeOpenapiSchema } from './encode-openapi-schema.ts';
import { readArguments } from './encode-parts.ts';
import { asksForJson, type EncodedGeminiRequest, encodeStop, transformMakerFor } from './encode-request.ts';
import { nameTools, toCallId } from './identifiers.ts';
import { type GeminiThinking, traitsOf } from './model-traits.ts';

export interface AdaptedRequest extends Pick<EncodedGeminiRequest, 'createAnswerTransform'> {
  readonly request: ConversationRequest;
  /** True if only the prompt asks for structured output. */
  readonly formatInPrompt: boolean;
}

/**
 * Adapts a request that reaches Gemini through another API to the rules that Gemini has in every API: names, schemas in
 * Google's own format, valid arguments, efforts.
 *
 * @throws Failure `invalid-request` for media that cannot be sent
 */
export function adaptForGemini(request: ConversationRequest, { model, notes }: EncodingTarget): AdaptedRequest {
  const traits = traitsOf(model);
  const names = nameTools(request);
  const embedded = new EmbeddedJson();
  const adaptPart = (part: Part, path: string): Part => {
    switch (part.type) {
      case 'image':
      case 'audio':
        encodeMedia(part, part.source, path);
        return part;
      case 'tool-call':
        return {
          ...part,
          id: toCallId(part.id),
          name: names.toVendor(part.name),
          arguments: JSON.stringify(readArguments(part.arguments, path, notes, embedded)),
        };
      case 'tool-result':
        return {
          ...part,
          callId: toCallId(part.callId),
          ...(part.name !== undefined && { name: names.toVendor(part.name) }),
        };
      default:
        return part;
    }
  };
  const { reasoning: _reasoning, stop: _stop, toolChoice, responseFormat, ...rest } = request;
  const stop = encodeStop(request.stop, notes);
  const effort = adaptEffort(request, traits.thinking);
  if (request.reasoning !== undefined && effortOf(request.reasoning) !== 'none' && traits.thinking.type === 'none')
    notes.dropped('reasoning', 'This model does not think.');
  const formatInPrompt = !traits.formatWithTools && request.tools.length > 0 && asksForJson(responseFormat);
  return {
    request: {
      ...rest,
      messages: moveGeneratedImages(request.messages, notes).map((message, index): Message => {
        const parts = attachProofs(message.parts);
        return {
          ...message,
          parts: parts.map((part, place) => adaptPart(part, placeOf(part, `messages[${index}].content[${place}]`))),
        };
      }),
      tools: request.tools.map((tool, index) => adaptTool(tool, `tools[${index}]`, names, notes)),
      ...withoutUndefined({
        toolChoice: toolChoice && adaptChoice(toolChoice, names),
        responseFormat: responseFormat && adaptFormat(responseFormat, notes),
        stop,
        reasoning: effort === undefined ? undefined : reasoningOfEffort(effort),
      }),
    },
    formatInPrompt,
    createAnswerTransform: transformMakerFor(names, request, stop),
  };
}

function adaptTool(tool: Tool, path: string, names: ToolNames, notes: EncodingTarget['notes']): Tool {
  if (tool.type !== 'function') return tool;
  const { parameters, strict: _strict, ...rest } = tool;
  const name = names.toVendor(tool.name);
  const member = `${path}.parameters`;
  return {
    ...rest,
    name,
    ...(parameters && {
      parameters: encodeOpenapiSchema(toArgumentsSchema(parameters, member, notes), member, notes),
    }),
  };
}

function adaptChoice(choice: ToolChoice, names: ToolNames): ToolChoice {
  if (choice.type === 'tool') return { ...choice, name: names.toVendor(choice.name) };
  if (choice.type === 'allowed') return { ...choice, names: choice.names.map((name) => names.toVendor(name)) };
  return choice;
}

function adaptFormat(format: ResponseFormat, notes: EncodingTarget['notes']): ResponseFormat {
  if (format.type !== 'json-schema' || format.schema === undefined) return format;
  return { ...format, schema: encodeOpenapiSchema(format.schema, 'response_format', notes) };
}

/** @returns an effort that Google's OpenAI-compatible API accepts; undefined if the effort is to be omitted */
function adaptEffort({ reasoning }: ConversationRequest, thinking: GeminiThinking): string | undefined {
  const effort = reasoning === undefined ? undefined : effortOf(reasoning);
  if (effort === undefined || thinking.type === 'none') return undefined;
  if (effort === 'none') return leastEffort(thinking);
  if (effort === 'xhigh' || effort === 'max') return 'high';
  return knownEfforts.has(effort) ? effort : 'medium';
}

function leastEffort(thinking: Exclude<GeminiThinking, { type: 'none' }>): string {
  if (thinking.type === 'budget') return thinking.canBeOff ? 'none' : 'low';
  return thinking.levels[0] === 'MINIMAL' ? 'minimal' : 'low';
}

const knownEfforts: ReadonlySet<string> = new Set(['minimal', 'low', 'medium', 'high']);
