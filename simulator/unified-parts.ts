import type { Answer } from './answer.ts';
import { cutBySize } from './answer.ts';
import type { Behaviour } from './behaviour.ts';

/** Where usage goes in an envelope: under the platform's metrics, in the payload, or nowhere. */
export type UsageParts = { readonly platform?: object; readonly payload?: object };

/** An envelope around choices, as far as the behaviour fills it. */
export function envelope(answer: Answer, behaviour: Behaviour, choices: readonly object[], usage: UsageParts): object {
  const full = behaviour['envelope-fields'] === 'full';
  return {
    response_payload: {
      ...(full ? { id: `sim-${answer.number}`, created: answer.created } : {}),
      choices,
      ...(usage.payload === undefined ? {} : { usage: usage.payload }),
    },
    platform_attributes: {
      ...(answer.model === 'absent' ? {} : { model: answer.model }),
      ...(usage.platform === undefined ? {} : { metrics: { usage: usage.platform } }),
    },
  };
}

/** The usage after `output` tokens, in the place and with the names that the behaviour asks for. */
export function usageParts(answer: Answer, output: number, behaviour: Behaviour): UsageParts {
  if (behaviour.usage === 'none') return {};
  const inPayload = behaviour.usage === 'response-payload';
  const names = behaviour['usage-names'];
  const counts =
    names === 'prompt-completion' || (names === 'auto' && inPayload)
      ? openAiUsage(answer, output)
      : ownUsage(answer, output);
  return inPayload ? { payload: counts } : { platform: counts };
}

function ownUsage({ usage }: Answer, output: number): object {
  return {
    input_tokens: usage.input,
    output_tokens: output,
    total_tokens: usage.input + output,
    ...(usage.cached === 0 ? {} : { cache_read_input_tokens: usage.cached }),
  };
}

/** Usage with OpenAI's names; details only where there is something to tell. */
export function openAiUsage({ usage }: Answer, output: number): object {
  return {
    prompt_tokens: usage.input,
    completion_tokens: output,
    total_tokens: usage.input + output,
    ...(usage.cached === 0 ? {} : { prompt_tokens_details: { cached_tokens: usage.cached } }),
    ...(usage.reasoning === 0 ? {} : { completion_tokens_details: { reasoning_tokens: usage.reasoning } }),
  };
}

/** The `content` member of a message, in the form that the behaviour asks for; thinking goes into it as parts. */
export function contentFields(reasoning: string, text: string, behaviour: Behaviour): object {
  switch (behaviour.content) {
    case 'absent':
      return {};
    case 'null':
      return { content: null };
    case 'empty':
      return { content: [] };
    case 'string':
      return { content: text };
    case 'array': {
      const thinking =
        behaviour.reasoning === 'thinking' && reasoning !== '' ? [{ type: 'thinking', thinking: reasoning }] : [];
      return { content: [...thinking, ...textParts(text, behaviour['content-parts'])] };
    }
  }
}

function textParts(text: string, count: number): readonly object[] {
  if (text === '') return [];
  const size = Math.ceil([...text].length / count);
  return cutBySize(text, size).map((piece) => ({ type: 'text', text: piece }));
}

/** The member of a message that holds reasoning text, where it is not a part of the content. */
export function reasoningFields(reasoning: string, behaviour: Behaviour): object {
  if (reasoning === '') return {};
  if (behaviour.reasoning === 'reasoning') return { reasoning };
  return behaviour.reasoning === 'thinking' && behaviour.content === 'array' ? {} : { reasoning_content: reasoning };
}

/** The calls, each with its whole arguments. */
export function wholeToolCalls(answer: Answer, behaviour: Behaviour): readonly object[] {
  return answer.toolCalls.map((call, index) => ({
    ...toolCallHead(answer, index, behaviour),
    type: 'function',
    function: { name: call.name, ...argumentFields(call.input, behaviour) },
  }));
}

function argumentFields(input: unknown, behaviour: Behaviour): object {
  switch (behaviour['tool-arguments']) {
    case 'string':
      return { arguments: JSON.stringify(input) };
    case 'object':
      return { arguments: input };
    case 'null':
      return { arguments: null };
    case 'empty':
      return { arguments: '' };
    case 'absent':
      return {};
  }
}

/** Id and index of a call, as far as the behaviour gives them. */
export function toolCallHead(answer: Answer, index: number, behaviour: Behaviour): object {
  return { ...toolIndex(index, behaviour), ...toolId(answer, index, behaviour) };
}

/** The index of a call, unless the behaviour leaves it out. */
export function toolIndex(index: number, behaviour: Behaviour): object {
  return behaviour['tool-index'] === 'missing' ? {} : { index };
}

function toolId(answer: Answer, index: number, behaviour: Behaviour): object {
  switch (behaviour['tool-id']) {
    case 'missing':
      return {};
    case 'duplicate':
      return { id: `call_${answer.number}_0` };
    case 'present':
      return { id: `call_${answer.number}_${index}` };
  }
}
