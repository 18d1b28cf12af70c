import { vendorOf } from '../answer/models.ts';
import type { Refusal } from '../answer/prompt.ts';
import type { Behaviour } from '../behaviour.ts';
import type { JsonRecord } from '../json.ts';
import { type ChatRequest, readChatRequest } from '../openai/chat-request.ts';
import { checkMessageMembers, openAiChatRules } from '../openai/rules/chat.ts';
import { checkMaximum, checkTemperature } from '../openai/rules/chat-sampling.ts';
import { applyRules, type Rule } from '../refusal/rules.ts';
import { checkAnthropicChat } from './strict-anthropic-chat.ts';
import { checkToolSchemas } from './strict-schemas.ts';

/** OpenAI's rules for histories and tools, which `strict=vendor` applies here too. */
const historyRules: readonly Rule<ChatRequest>[] = [
  { name: 'members', check: checkMessageMembers },
  ...openAiChatRules.filter(({ name }) => name === 'tools' || name === 'messages'),
];

/**
 * Refuses what the model's vendor refuses in a chat-completions payload. `strict=auto` checks only what newer OpenAI
 * models are known to refuse; `vendor` checks the whole history and the tools.
 */
export function checkChatStrictness(payload: JsonRecord, model: string, behaviour: Behaviour): Refusal | null {
  if (behaviour.strict === 'off') return null;
  const vendor = vendorOf(model);
  const request = readChatRequest(payload, model, behaviour);
  const parameters = vendor === 'openai' ? (checkMaximum(request) ?? checkTemperature(request)) : null;
  if (parameters !== null || behaviour.strict === 'auto') return parameters;
  const rules = {
    anthropic: () => checkAnthropicChat(payload),
    openai: () => applyRules(historyRules, request, behaviour),
    google: () => null,
  };
  return rules[vendor]() ?? checkToolSchemas(payload, vendor);
}
