/** Text that vendors treat as blank: Unicode white space, control characters, and zero-width characters. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern must match them
const onlyBlanks = /^[\s\u0000-\u001f\u0085\u00ad\u180e\u200b-\u200f\u2060\ufeff]*$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern must match them
const oneBlank = /[\s\u0000-\u001f\u0085\u00ad\u180e\u200b-\u200f\u2060\ufeff]/;

/** Whether a text has no visible characters. */
export function isBlank(text: string): boolean {
  return onlyBlanks.test(text);
}

/** Removes blanks from the end of a text. */
export function trimBlankEnd(text: string): string {
  let end = text.length;
  while (end > 0 && oneBlank.test(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}
