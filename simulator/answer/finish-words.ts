import type { FinishKind } from './answer.ts';
import { type Vendor, vendorOf } from './models.ts';

const words: Readonly<Record<Vendor, Readonly<Record<FinishKind, string>>>> = {
  anthropic: {
    stop: 'end_turn',
    'stop-sequence': 'stop_sequence',
    length: 'max_tokens',
    'tool-calls': 'tool_use',
    refusal: 'refusal',
  },
  openai: { stop: 'stop', 'stop-sequence': 'stop', length: 'length', 'tool-calls': 'tool_calls', refusal: 'stop' },
  google: { stop: 'STOP', 'stop-sequence': 'STOP', length: 'MAX_TOKENS', 'tool-calls': 'STOP', refusal: 'SAFETY' },
};

/**
 * The finish reason to write: the vendor's own (`native`), OpenAI's (`openai`), null, undefined (`absent`), or the
 * knob's text as it stands.
 */
export function finishWord(finish: FinishKind, knob: string, native: Vendor): string | null | undefined {
  switch (knob) {
    case 'native':
      return words[native][finish];
    case 'openai':
      return words.openai[finish];
    case 'null':
      return null;
    case 'absent':
      return undefined;
    default:
      return knob;
  }
}

/** As `finishWord`, in the words of the model's vendor. */
export function finishWordOfModel(finish: FinishKind, knob: string, model: string): string | null | undefined {
  return finishWord(finish, knob, vendorOf(model));
}
