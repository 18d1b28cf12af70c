import { invalidRequest, type Refusal } from '../answer/prompt.ts';
import type { Behaviour } from '../behaviour.ts';
import type { RouteName } from './doors.ts';

const anthropicWords = 'prompt is too long: 210000 tokens > 200000 maximum';
const geminiWords = 'The input token count (1100000) exceeds the maximum number of tokens allowed (1048576).';

/** Each vendor's message for a prompt that is too long. */
const vendorWords: Readonly<Record<RouteName, string>> = {
  unified: anthropicWords,
  'vertex-anthropic': anthropicWords,
  'bedrock-anthropic': anthropicWords,
  'vertex-gemini': geminiWords,
  'gemini-chat': geminiWords,
  'openai-chat':
    "This model's maximum context length is 400000 tokens. However, your messages resulted in 410000 tokens. Please reduce the length of the messages.",
  'openai-responses': 'Your input exceeds the context window of this model. Please adjust your input and try again.',
};

/** The refusal of a request that is too long, with the status and message set by the knobs. */
export function overflowRefusal(route: RouteName, behaviour: Behaviour): Refusal {
  const status = Number(behaviour['overflow-status']);
  const refuse = (message: string): Refusal => ({
    ...invalidRequest(message, route === 'openai-responses' ? 'input' : 'messages', 'context_length_exceeded'),
    status,
  });
  switch (behaviour['overflow-words']) {
    case 'entity':
      return { ...refuse('Request Entity Too Large'), family: 'text' };
    case 'status-code':
      return { ...refuse("Error: {'statusCode': 413, 'message': 'Request body is too large'}"), family: 'message' };
    case 'context-limit':
      return refuse(
        'input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000, decrease input length or `max_tokens` and try again',
      );
    case 'prompt-too-long':
      return refuse(anthropicWords);
    default:
      return status === 413 ? { status, message: 'Request entity too large' } : refuse(vendorWords[route]);
  }
}
