import { isClaudeModel } from '../../../dialects/anthropic-messages/claude-models.ts';
import { withoutUndefined } from '../../../lib/without-undefined.ts';
import { createMessagesRoute } from '../messages-route.ts';
import { toPathSegment } from '../path-segment.ts';
import type { UpstreamRoute } from '../route.ts';

const models = '/rovodev/v2/proxy/ai/v1/google/v1/publishers/anthropic/models';

/** Claude in Google Vertex's format, the usual route of Atlassian's own client (protocol notes, section 3). */
export function createVertexAnthropicRoute(newId?: () => string): UpstreamRoute {
  return createMessagesRoute({
    name: 'vertex-anthropic',
    version: 'vertex-2023-10-16',
    pathOf: (model, stream) => `${models}/${toPathSegment(model)}:${stream ? 'streamRawPredict' : 'rawPredict'}`,
    servesModel: (model) => isClaudeModel(model) && model.startsWith('claude-'),
    ...withoutUndefined({ newId }),
  });
}
