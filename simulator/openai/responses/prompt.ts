import type { Prompt, PromptTool, ReasoningDisplay } from '../../answer/prompt.ts';
import { identifyConversation } from '../../cache/conversation.ts';
import { asArray, asNumber, asRecord, asString, type JsonRecord } from '../../json.ts';
import { automaticTerms } from '../cache-terms.ts';
import { contentText } from '../chat-prompt.ts';
import { promptBlocks } from '../prompt-blocks.ts';
import { isOutput, type ResponsesRequest } from './request.ts';

/** Reads the input of an answer. */
export function readResponsesPrompt(request: ResponsesRequest): Prompt {
  const { body, items, tools, model } = request;
  const last = items.at(-1);
  const opening = items.find((item) => item.role === 'user');
  const results = items.slice(items.findLastIndex((item) => !isOutput(item)) + 1);
  const parts = items.flatMap((item) => [...asArray(item.content), ...asArray(item.output)]).map(asRecord);
  return {
    model,
    stream: body.stream === true,
    lastRole: results.length > 0 ? 'tool' : last?.role === 'user' ? 'user' : 'other',
    userText: contentText(items.findLast((item) => item.role === 'user')?.content),
    toolResults: results.map((item) => contentText(item.output)),
    resultCount: items.filter(isOutput).length,
    imageCount: parts.filter((part) => part.type === 'input_image').length,
    textLength: items.reduce(
      (length, item) => length + contentText(item.content).length,
      asString(body.instructions).length,
    ),
    input: {
      counting: 'vendor',
      blocks: () => promptBlocks(tools, body.instructions, items, 'openai'),
      terms: automaticTerms(body, request.behaviour),
      identify: () => identifyConversation(opening, contentText(opening?.content)),
    },
    tools: tools.flatMap(readTool),
    toolChoice: readToolChoice(body.tool_choice),
    responseFormat: readFormat(asRecord(asRecord(body.text).format)),
    reasoning: readReasoning(request),
    maxTokens: asNumber(body.max_output_tokens),
    stop: [],
  };
}

/** Functions, custom tools and those inside a namespace; hosted tools are never called here. */
function readTool(tool: JsonRecord): readonly PromptTool[] {
  const name = asString(tool.name);
  switch (tool.type) {
    case 'function':
      return [{ name, schema: tool.parameters }];
    case 'custom':
      return [{ name, schema: undefined, isCustom: true }];
    case 'namespace':
      return asArray(tool.tools)
        .map(asRecord)
        .flatMap(readTool)
        .map((inner) => ({ ...inner, namespace: name }));
    default:
      return [];
  }
}

function readToolChoice(choice: unknown): Prompt['toolChoice'] {
  if (choice === 'none' || choice === 'required') return choice;
  const { type, mode, tools, name } = asRecord(choice);
  if (type === 'allowed_tools') {
    const first = asString(asRecord(asArray(tools)[0]).name);
    return mode === 'required' && first !== '' ? { name: first } : 'auto';
  }
  return typeof name === 'string' && name !== '' ? { name } : 'auto';
}

function readFormat({ type, schema }: JsonRecord): Prompt['responseFormat'] {
  if (type === 'json_schema') return { schema };
  return type === 'json_object' ? { schema: undefined } : null;
}

function readReasoning({ body, abilities, effort }: ResponsesRequest): ReasoningDisplay {
  if (!abilities.reasons || effort === 'none') return 'none';
  const { summary } = asRecord(body.reasoning);
  return typeof summary === 'string' ? 'shown' : 'hidden';
}
