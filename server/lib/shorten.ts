/** Shortens foreign text for use in a message: at most `length` characters, followed by an ellipsis. */
export function shorten(text: string, length = 64): string {
  return text.length > length ? `${text.slice(0, length)}...` : text;
}
