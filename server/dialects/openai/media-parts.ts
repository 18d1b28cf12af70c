import { isRecord, type JsonRecord, readText } from '../../lib/json.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';

/*
 * Programs pass on content of MCP servers, of LangChain and of the AI SDK as they have it. Its images and files are no
 * parts of OpenAI's APIs, which have the same types or similar ones.
 */

/**
 * Converts an image, a sound, a file or a resource to a part that both of OpenAI's APIs are read with.
 *
 * @returns the same part if it is another one, also if it has the form of OpenAI's or Anthropic's API
 */
export function toOpenaiPart(part: unknown): unknown {
  if (!isRecord(part)) return part;
  switch (part.type) {
    case 'image':
      return toImage(part) ?? part;
    case 'audio':
      return toAudio(part) ?? part;
    case 'file':
      return isRecord(part.file) ? part : (toFile(part) ?? part);
    case 'resource':
      return isRecord(part.resource) ? (toResource(part.resource) ?? part) : part;
    default:
      return part;
  }
}

/** The names of a media type: of MCP, of LangChain and of the AI SDK. */
function mediaTypeOf({ mimeType, mime_type: langchain, mediaType }: JsonRecord): string | undefined {
  return readText(mimeType) ?? readText(langchain) ?? readText(mediaType);
}

/** The names of data in base64: of MCP and LangChain, and of MCP's resources. */
function dataOf({ data, base64, blob }: JsonRecord): string | undefined {
  return readText(data) ?? readText(base64) ?? readText(blob);
}

/** @returns a URL; data without a media type is returned as base64 */
function urlOf(part: JsonRecord): string | undefined {
  const data = dataOf(part);
  if (data === undefined) return readText(part.url);
  const mediaType = mediaTypeOf(part);
  return mediaType === undefined || /^data:/i.test(data) ? data : `data:${mediaType};base64,${data}`;
}

function toImage(part: JsonRecord): JsonRecord | undefined {
  const { image, image_url: written } = part;
  const [nested] = [written, image].filter(isRecord);
  const url = urlOf(part) ?? readText(nested?.url) ?? readText(written) ?? readText(image);
  return url === undefined ? undefined : { type: 'image_url', image_url: { url } };
}

function toAudio(part: JsonRecord): JsonRecord | undefined {
  const data = dataOf(part);
  const format = mediaTypeOf(part)?.replace(/^audio\/(?:x-)?/, '');
  return data === undefined || format === undefined
    ? undefined
    : { type: 'input_audio', input_audio: { data, format } };
}

function toFile(part: JsonRecord): JsonRecord | undefined {
  const url = urlOf(part);
  if (url === undefined) return undefined;
  if (mediaTypeOf(part)?.startsWith('image/')) return { type: 'image_url', image_url: { url } };
  const filename = readText(part.filename) ?? readText(part.name);
  return { type: 'input_file', file_data: url, ...withoutUndefined({ filename }) };
}

/** A resource of an MCP server. Its name is the last part of its address. */
function toResource(resource: JsonRecord): JsonRecord | undefined {
  const text = readText(resource.text);
  if (text !== undefined) return { type: 'text', text };
  const name = readText(resource.uri)?.split('/').at(-1);
  return dataOf(resource) === undefined ? undefined : toFile({ ...resource, filename: name });
}
