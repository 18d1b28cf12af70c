import { withoutUndefined } from '../../server/lib/without-undefined.ts';
import { type Answer, cutBySize } from '../answer/answer.ts';
import type { Behaviour } from '../behaviour.ts';
import { openAiUsage, ownUsage } from '../openai/usage.ts';

/** Where an envelope contains usage: in the platform metrics, in the payload, or nowhere. */
export type UsageParts = { readonly platform?: object; readonly payload?: object };

/** An envelope around choices, with the fields that the behaviour asks for. */
export function envelope(answer: Answer, behaviour: Behaviour, choices: readonly object[], usage: UsageParts): object {
  const full = behaviour['envelope-fields'] === 'full';
  return {
    response_payload: {
      ...(full && { id: `sim-${answer.number}`, created: answer.created }),
      choices,
      ...withoutUndefined({ usage: usage.payload }),
    },
    platform_attributes: {
      ...(answer.model !== 'absent' && { model: answer.model }),
      ...(usage.platform !== undefined && { metrics: { usage: usage.platform } }),
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
      ? openAiUsage(answer, output, behaviour)
      : ownUsage(answer, output, behaviour);
  return inPayload ? { payload: counts } : { platform: counts };
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
      return {
        content: nest([...thinking, ...textParts(text, behaviour['content-parts'])], behaviour['content-depth']),
      };
    }
  }
}

/** Wraps the parts in additional arrays. */
function nest(parts: readonly object[], depth: number): readonly object[] {
  let nested = parts;
  for (let level = 0; level < depth; level += 1) nested = [nested];
  return nested;
}

function textParts(text: string, count: number): readonly object[] {
  if (text === '') return [];
  if (count === 1) return [{ type: 'text', text }];
  const size = Math.ceil([...text].length / count);
  return cutBySize(text, size).map((piece) => ({ type: 'text', text: piece }));
}

/** The message member that contains the reasoning text, if it is not part of the content. */
export function reasoningFields(reasoning: string, behaviour: Behaviour): object {
  if (reasoning === '') return {};
  if (behaviour.reasoning === 'reasoning') return { reasoning };
  return behaviour.reasoning === 'thinking' && behaviour.content === 'array' ? {} : { reasoning_content: reasoning };
}
