import { randomBytes } from 'node:crypto';
import type { UpstreamRoute } from '../route.ts';
import { createAnswerDecoder } from './decoder.ts';
import { encodeUnifiedRequest, relayUnifiedRequest } from './encode-request.ts';

/**
 * The unified endpoint `POST /rovodev/v2/proxy/ai/v2/beta/chat`: OpenAI's chat payload in an envelope, for every vendor.
 *
 * @param newId makes the id of a tool call that came without one
 */
export function createUnifiedRoute(newId: () => string = newToolCallId): UpstreamRoute {
  return {
    name: 'unified',
    encodeRequest: encodeUnifiedRequest,
    relayRequest: relayUnifiedRequest,
    createDecoder: (secrets = []) => createAnswerDecoder(newId, secrets),
  };
}

function newToolCallId(): string {
  return `call_${randomBytes(12).toString('hex')}`;
}
