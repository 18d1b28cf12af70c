/** What vendors call blank: Unicode's white space, control characters, and characters without a width. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const onlyBlanks = /^[\s\u0000-\u001f\u0085\u00ad\u180e\u200b-\u200f\u2060\ufeff]*$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const oneBlank = /[\s\u0000-\u001f\u0085\u00ad\u180e\u200b-\u200f\u2060\ufeff]/;

/** True for a text with nothing to read in it. */
export function isBlank(text: string): boolean {
  return onlyBlanks.test(text);
}

/** The text without the blanks at its end. */
export function trimBlankEnd(text: string): string {
  let end = text.length;
  while (end > 0 && oneBlank.test(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}
