const minimumLength = 10;
const minimumDistinct = 5;
/** What guessers try first, wherever it stands. */
const commonWords = ['password', 'passwort', 'letmein', 'iloveyou', 'welcome', 'admin123', 'changeme', 'atlassian'];
const rows = [
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890',
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  '1qaz2wsx3edc4rfv5tgb',
];
/** Characters in a row of one of these count as one. */
const runLength = 4;

/**
 * Why a password must not be the new one, in a sentence; undefined when it may. No dictionary: the rules are those that a
 * person can be told beforehand.
 *
 * @param current the password it replaces
 */
export function findPasswordWeakness(password: string, current?: string): string | undefined {
  if (password.length < minimumLength) return `The password must have at least ${minimumLength} characters.`;
  if (password === current) return 'The new password must differ from the current one.';
  const plain = password.toLowerCase();
  if (new Set(plain).size < minimumDistinct) return 'The password has too few different characters.';
  if (isRepeated(plain)) return 'The password repeats itself.';
  const rest = withoutCommon(plain);
  if (rest.length < minimumLength / 2) return 'The password is among the first that are guessed.';
  return undefined;
}

/** True when the text is one piece over and over. */
function isRepeated(text: string): boolean {
  return (text + text).indexOf(text, 1) < text.length;
}

/** The text without common words and without runs along the alphabet, the digits or the keyboard, either way. */
function withoutCommon(text: string): string {
  let rest = spell(text);
  for (const word of commonWords) rest = rest.replaceAll(spell(word), '');
  for (const row of rows) {
    for (const line of [row, [...row].reverse().join('')]) rest = dropRuns(rest, line);
  }
  return rest;
}

/** Undoes the usual substitutions: `P@ssw0rd` is `password`. Digits stay digits for the runs' sake when alone. */
function spell(text: string): string {
  return text
    .replaceAll('@', 'a')
    .replaceAll('$', 's')
    .replaceAll(/(?<=[a-z])0|0(?=[a-z])/g, 'o')
    .replaceAll(/(?<=[a-z])1(?=[a-z])/g, 'i')
    .replaceAll(/(?<=[a-z])3(?=[a-z])/g, 'e');
}

function dropRuns(text: string, line: string): string {
  let rest = '';
  for (let index = 0; index < text.length; ) {
    let length = 1;
    while (index + length < text.length && line.includes(text.slice(index, index + length + 1))) length += 1;
    if (length < runLength) rest += text.slice(index, index + length);
    index += length;
  }
  return rest;
}
