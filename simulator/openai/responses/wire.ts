import { openAiModel } from '../../answer/models.ts';
import { invalidRequest } from '../../answer/prompt.ts';
import { createSseWriter, sseComment } from '../../delivery/sse-writer.ts';
import { asString } from '../../json.ts';
import { applyRules } from '../../refusal/rules.ts';
import { refused, streams, type Wire } from '../../wire.ts';
import { responsesRules } from '../rules/responses.ts';
import { encodeResponseEvents } from './events.ts';
import { outputItems } from './items.ts';
import { readResponsesPrompt } from './prompt.ts';
import { readResponsesRequest } from './request.ts';
import { encodeResponse, finalStatus, incompleteReason } from './response.ts';

/** `POST …/v1/openai/v1/responses`: OpenAI's Responses. */
export const openAiResponsesWire: Wire = {
  name: 'openai-responses',
  errorFamily: 'openai',
  serves: openAiModel,
  locateModel: ({ body }) => asString(body.model),
  readPrompt: ({ body }, model, behaviour) => {
    if (typeof body.input !== 'string' && !Array.isArray(body.input)) {
      return refused(invalidRequest("Missing required parameter: 'input'.", 'input', 'missing_required_parameter'));
    }
    const request = readResponsesRequest(body, model, behaviour);
    const refusal = applyRules(responsesRules, request, behaviour);
    return refusal === null ? { ok: true, prompt: readResponsesPrompt(request) } : refused(refusal);
  },
  encodeAnswer: (answer, prompt, behaviour, { body }) =>
    streams(prompt, behaviour)
      ? {
          kind: 'stream',
          frames: encodeResponseEvents(answer, body, behaviour),
          writer: createSseWriter(behaviour, true),
          keepAlive: sseComment(behaviour),
        }
      : {
          kind: 'json',
          body: encodeResponse(
            answer,
            body,
            { status: finalStatus(answer, behaviour), reason: incompleteReason(answer, behaviour) },
            outputItems(answer, body, behaviour),
          ),
        },
};
