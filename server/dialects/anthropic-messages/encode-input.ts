import { asByteString, type ByteString, encodeJson, toByteString } from '../../lib/byte-string.ts';
import { isRecord, parseJson } from '../../lib/json.ts';

/**
 * The input of a call, which must be an object here: the arguments as the model wrote them, or, where they are no object, the
 * object that holds their text.
 */
export function encodeInput(written: string): ByteString {
  if (written.trim() === '') return asByteString('{}');
  if (isRecord(parseJson(written))) return toByteString(written.trim());
  return encodeJson({ malformed_arguments: written });
}
