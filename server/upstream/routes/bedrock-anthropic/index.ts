import { isClaudeModel } from '../../../dialects/anthropic-messages/claude-models.ts';
import { withoutUndefined } from '../../../lib/without-undefined.ts';
import { createMessagesRoute } from '../messages-route.ts';
import { toPathSegment } from '../path-segment.ts';
import type { UpstreamRoute } from '../route.ts';

const models = '/rovodev/v2/proxy/ai/v1/bedrock/model';

/** Claude in Amazon Bedrock's format (protocol notes, section 3). */
export function createBedrockAnthropicRoute(newId?: () => string): UpstreamRoute {
  return createMessagesRoute({
    name: 'bedrock-anthropic',
    version: 'bedrock-2023-05-31',
    pathOf: (model, stream) => `${models}/${toPathSegment(model)}/${stream ? 'invoke-with-response-stream' : 'invoke'}`,
    servesModel: (model) => isClaudeModel(model) && !model.startsWith('claude-'),
    ...withoutUndefined({ newId }),
  });
}
