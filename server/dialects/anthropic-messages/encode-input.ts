import { asByteString, type ByteString, encodeJson, toByteString } from '../../lib/byte-string.ts';
import { isRecord, parseJson } from '../../lib/json.ts';

/**
 * Encodes the input of a call, which must be an object: the arguments as the model wrote them, or an object that
 * contains their text if they are not an object.
 */
export function encodeInput(written: string): ByteString {
  if (written.trim() === '') return asByteString('{}');
  if (isRecord(parseJson(written))) return toByteString(written.trim());
  return encodeJson({ malformed_arguments: written });
}
