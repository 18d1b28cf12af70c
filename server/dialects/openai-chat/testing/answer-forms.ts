import { collect } from '../../../conversation/collect.ts';
import type { ConversationEvent } from '../../../conversation/events.ts';
import { noUsage } from '../../../conversation/usage.ts';
import type { AnswerContext, DecodedRequest } from '../../dialect.ts';

export const context: AnswerContext = { id: 'x', created: 0, model: 'm', estimateInputTokens: () => 1 };

/** True if the stream for a request ends with its usage. */
export function reportsUsage({ encoders }: Pick<DecodedRequest, 'encoders'>): boolean {
  return encoders.createStreamEncoder(context).end(noUsage).includes('"usage":{');
}

/** True if calls are encoded as the legacy `function_call`. */
export function usesLegacyFunctions({ encoders }: Pick<DecodedRequest, 'encoders'>): boolean {
  const called: ConversationEvent[] = [
    { type: 'block-start', choice: 0, block: 0, kind: 'tool-call', id: 'c', name: 'f' },
    { type: 'block-end', choice: 0, block: 0 },
  ];
  return encoders.encodeAnswer({ ...collect(called), usage: noUsage }, context).includes('"function_call":');
}
