/** Maximum number of arguments per `String.fromCharCode` call. */
const piece = 0x8000;

/** Encodes bytes as base64. */
export function encodeBase64(buffer: ArrayBuffer): string {
  const bytes = new Uint8Array(buffer);
  let text = '';
  for (let from = 0; from < bytes.length; from += piece) {
    text += String.fromCharCode(...bytes.subarray(from, from + piece));
  }
  return btoa(text);
}
