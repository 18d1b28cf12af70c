/** A text of somebody else's for a message of ours: at most `length` characters, an ellipsis for the rest. */
export function shorten(text: string, length = 64): string {
  return text.length > length ? `${text.slice(0, length)}...` : text;
}
