import type { Prompt, ReasoningDisplay } from '../answer/prompt.ts';
import { identifyConversation } from '../cache/conversation.ts';
import { asArray, asNumber, asRecord, asString, type JsonRecord } from '../json.ts';
import { promptBlocks } from './prompt-blocks.ts';
import { type GeminiRequest, inCamelCase, partsOf, responsesOf } from './request.ts';

/** Reads the input of an answer. */
export function readGeminiPrompt(request: GeminiRequest, stream: boolean): Prompt {
  const { body, contents, declarations, settings, model, thinking } = request;
  const user = contents.findLast((content) => content.role !== 'model' && textOf(content) !== '');
  const results = responsesOf(contents.at(-1));
  const system = asRecord(body.systemInstruction ?? body.system_instruction);
  const toolConfig = inCamelCase(asRecord(body.toolConfig ?? body.tool_config));
  return {
    model,
    stream,
    lastRole: results.length > 0 ? 'tool' : contents.at(-1)?.role === 'model' ? 'assistant' : 'user',
    userText: textOf(user),
    toolResults: results.map((part) => JSON.stringify(asRecord(part.functionResponse).response)),
    resultCount: contents.flatMap(responsesOf).length,
    imageCount: contents
      .flatMap(partsOf)
      .flatMap((part) => [part, ...partsOf(asRecord(part.functionResponse))])
      .filter((part) => part.inlineData !== undefined || part.fileData !== undefined).length,
    textLength: contents.reduce((length, content) => length + textOf(content).length, textOf(system).length),
    input: {
      counting: 'vendor',
      blocks: () => promptBlocks(request),
      terms: { kind: 'automatic', minimum: thinking.minCached, step: 1, key: '', needsKey: false },
      identify: () => identifyConversation(contents[0], textOf(contents[0])),
    },
    tools: declarations.map((declared) => ({
      name: asString(declared.name),
      schema: declared.parameters ?? declared.parametersJsonSchema,
    })),
    toolChoice: readToolChoice(inCamelCase(asRecord(toolConfig.functionCallingConfig))),
    responseFormat:
      settings.responseMimeType === 'application/json'
        ? { schema: settings.responseSchema ?? settings.responseJsonSchema }
        : null,
    reasoning: readReasoning(request),
    maxTokens: asNumber(settings.maxOutputTokens),
    stop: asArray(settings.stopSequences).filter((stop): stop is string => typeof stop === 'string'),
  };
}

function textOf(content: JsonRecord | undefined): string {
  return partsOf(content)
    .filter((part) => part.thought !== true)
    .map((part) => asString(part.text))
    .join('');
}

function readToolChoice(calling: JsonRecord): Prompt['toolChoice'] {
  const name = asArray(calling.allowedFunctionNames)[0];
  if (calling.mode === 'NONE') return 'none';
  if (calling.mode !== 'ANY') return 'auto';
  return typeof name === 'string' ? { name } : 'required';
}

/** Models that can think do so unless it is turned off; they show thoughts only on request. */
function readReasoning({ thinking, thinkingSettings }: GeminiRequest): ReasoningDisplay {
  if (!thinking.thinks || thinkingSettings.thinkingBudget === 0) return 'none';
  return thinkingSettings.includeThoughts === true ? 'shown' : 'hidden';
}
