import { imageTypeOf } from '../../conversation/media-type.ts';
import type { ImagePart } from '../../conversation/message.ts';
import { toStandardBase64 } from '../../conversation/read-media.ts';
import { toVendorData, vendorMembersOf } from '../../conversation/vendor-data.ts';
import { type JsonRecord, readRecord, readText } from '../../lib/json.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import { responsesName } from './name.ts';
import type { Base64Source } from './output-items.ts';

/*
 * `image_generation_call` items: OpenAI's tool for images. The gateway uses them for the images that other models
 * generate as well.
 */

/** Reads the image of an item, which does not always tell its type. @returns undefined if it has none */
export function readImageResult({ result, output_format: format }: JsonRecord): Base64Source | undefined {
  const given = readText(result);
  if (given === undefined) return undefined;
  const data = toStandardBase64(given);
  const mediaType = imageTypeOf({ type: 'base64', mediaType: `image/${readText(format) ?? 'png'}`, data });
  return { type: 'base64', mediaType, data };
}

/** Decodes an item of the history. @returns undefined if it has no image */
export function decodeImageItem(item: JsonRecord): ImagePart | undefined {
  const source = readImageResult(item);
  if (source === undefined) return undefined;
  const vendor = isGatewayImage(item) ? undefined : toVendorData(responsesName, { item });
  return { type: 'image', source, ...withoutUndefined({ vendor }) };
}

/** True for an item that OpenAI's tool did not make. OpenAI's ids have no number at the end. */
export function isGatewayImage({ id }: JsonRecord): boolean {
  return typeof id !== 'string' || /_\d+$/.test(id);
}

/** True for an image of OpenAI's own tool, which OpenAI accepts as it was. */
export function isOwnImage({ vendor }: ImagePart): boolean {
  return vendorMembersOf(vendor, responsesName).item !== undefined;
}

export function ownImageItem({ vendor }: ImagePart): JsonRecord {
  return readRecord(vendorMembersOf(vendor, responsesName).item);
}
