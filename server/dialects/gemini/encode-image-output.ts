import type { ConversationRequest, ImageOutput } from '../../conversation/request.ts';
import type { JsonRecord } from '../../lib/json.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import type { GeminiTraits } from './model-traits.ts';

/**
 * Encodes the settings of a model that generates images. Vertex requires the modalities, which other APIs imply
 * (https://ai.google.dev/gemini-api/docs/image-generation).
 */
export function encodeImageOutput({ aspectRatio, size }: ImageOutput = {}): JsonRecord {
  const imageConfig = withoutUndefined({ aspectRatio, imageSize: size });
  return {
    responseModalities: ['TEXT', 'IMAGE'],
    ...(Object.keys(imageConfig).length > 0 && { imageConfig }),
  };
}

/** Members of other APIs that ask for images. */
const imageMembers = ['modalities', 'image_config'];

/** Marks the members that this model's settings cover. @returns the same request if there are none */
export function withImageMembers(request: ConversationRequest, traits: GeminiTraits): ConversationRequest {
  if (request.imageOutput === undefined || !traits.generatesImages) return request;
  return { ...request, repeatedMembers: [...(request.repeatedMembers ?? []), ...imageMembers] };
}

/** Removes another API's tool for images, which this model does not need. @returns the same request if there is none */
export function withoutImageTool(request: ConversationRequest, traits: GeminiTraits): ConversationRequest {
  if (request.imageOutput === undefined || !traits.generatesImages) return request;
  return {
    ...request,
    tools: request.tools.filter((tool) => tool.type !== 'vendor' || tool.name !== 'image_generation'),
  };
}
