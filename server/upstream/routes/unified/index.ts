import { ChatAnswerReader } from '../../../dialects/openai-chat/decode-answer.ts';
import { chatName } from '../../../dialects/openai-chat/name.ts';
import { readRecord } from '../../../lib/json.ts';
import { chatFastPath } from '../../framing/chat-fast-path.ts';
import { createAnswerDecoder } from '../../framing/decoder.ts';
import { newCallId } from '../new-call-id.ts';
import type { UpstreamRoute } from '../route.ts';
import { encodeUnifiedRequest, relayUnifiedRequest } from './encode-request.ts';
import { unwrapUnified } from './unwrap.ts';

/**
 * The unified endpoint `POST /rovodev/v2/proxy/ai/v2/beta/chat`: OpenAI's chat payload in an envelope, for all vendors.
 *
 * @param newId makes the id of a tool call that came without one
 */
export function createUnifiedRoute(newId: () => string = newCallId): UpstreamRoute {
  return {
    name: 'unified',
    dialect: chatName,
    encodedToken: true,
    lastResort: true,
    mayStopEmpty: (model) => model.startsWith('gemini-'),
    servesModel: () => true,
    encodeRequest: encodeUnifiedRequest,
    relayRequest: relayUnifiedRequest,
    payloadOf: (body) => readRecord(body).request_payload,
    createDecoder: (options) =>
      createAnswerDecoder({
        ...options,
        newId,
        createReader: (readerOptions) => new ChatAnswerReader({ ...readerOptions, unwrap: unwrapUnified }),
        fastPath: chatFastPath,
      }),
  };
}
