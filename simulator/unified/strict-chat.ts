import { vendorOf } from '../answer/models.ts';
import type { Refusal } from '../answer/prompt.ts';
import type { Behaviour } from '../behaviour.ts';
import type { JsonRecord } from '../json.ts';
import { checkAnthropicChat } from './strict-anthropic-chat.ts';
import { checkOpenAiChat, checkOpenAiParameters } from './strict-openai.ts';
import { checkToolSchemas } from './strict-schemas.ts';

/**
 * Refuses what the model's vendor refuses in a chat-completions payload. `strict=auto` checks only what newer OpenAI
 * models are known to refuse; `vendor` checks the whole history and the tools.
 */
export function checkChatStrictness(payload: JsonRecord, model: string, behaviour: Behaviour): Refusal | null {
  if (behaviour.strict === 'off') return null;
  const vendor = vendorOf(model);
  const parameters = vendor === 'openai' ? checkOpenAiParameters(payload, model) : null;
  if (parameters !== null || behaviour.strict === 'auto') return parameters;
  const rules = { anthropic: checkAnthropicChat, openai: checkOpenAiChat, google: () => null }[vendor];
  return rules(payload) ?? checkToolSchemas(payload, vendor);
}
