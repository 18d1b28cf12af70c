import { withoutUndefined } from '../../server/lib/without-undefined.ts';
import { type Answer, type AnswerToolCall, cutBySize } from '../answer/answer.ts';
import type { Behaviour } from '../behaviour.ts';

/** The calls in a stream: each complete, or a head followed by fragments of the arguments. */
export function toolCallIncrements(answer: Answer, behaviour: Behaviour): readonly object[] {
  if (behaviour['tool-stream'] === 'whole') return wholeToolCalls(answer, behaviour);
  return answer.toolCalls.flatMap((call, index) => {
    const [member, input] = call.isCustom === true ? ['custom', 'input'] : ['function', 'arguments'];
    return [
      { ...toolCallHead(answer, index, behaviour), type: member, [member]: { name: call.name, [input]: '' } },
      ...cutBySize(call.written, behaviour['tool-fragment-size']).map((fragment) => ({
        ...toolIndex(index, behaviour),
        [member]: { [input]: fragment },
      })),
    ];
  });
}

/** The calls, each with its whole arguments. */
export function wholeToolCalls(answer: Answer, behaviour: Behaviour): readonly object[] {
  return answer.toolCalls.map((call, index) => ({
    ...toolCallHead(answer, index, behaviour),
    ...(call.isCustom === true
      ? { type: 'custom', custom: { name: call.name, input: call.written } }
      : { type: 'function', function: { name: call.name, ...argumentFields(call, behaviour) } }),
  }));
}

function argumentFields({ input, written }: AnswerToolCall, behaviour: Behaviour): object {
  switch (behaviour['tool-arguments']) {
    case 'string':
      return { arguments: written };
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

/** Id and index of a call, if the behaviour includes them, and the members that the route adds. */
function toolCallHead(answer: Answer, index: number, behaviour: Behaviour): object {
  const extra = answer.toolCalls[index]?.extraContent;
  return {
    ...toolIndex(index, behaviour),
    ...toolId(answer, index, behaviour),
    ...withoutUndefined({ extra_content: extra }),
  };
}

/** The index of a call, unless the behaviour leaves it out. */
function toolIndex(index: number, behaviour: Behaviour): object {
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
