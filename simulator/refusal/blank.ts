// White space according to Python's `str.isspace`, and zero-width characters, which vendors also strip.
const blankCharacters = '[\\s\\u0000-\\u001f\\u0085\\u00ad\\u180e\\u200b-\\u200f\\u2060\\ufeff]';
const blankText = new RegExp(`^${blankCharacters}*$`);
const blankEnd = new RegExp(`${blankCharacters}$`);

/** Whether the vendors consider the text empty or blank. */
export function isBlank(text: string): boolean {
  return blankText.test(text);
}

/** Whether the text ends in an invisible character. */
export function endsBlank(text: string): boolean {
  return blankEnd.test(text);
}
