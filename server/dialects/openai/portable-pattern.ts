/*
 * OpenAI compiles patterns with Python's `re`, and those of newer models and strict schemas with an engine without
 * lookaround and backreferences. Both reject what only JavaScript has (`\p{L}`, `(?<name>…)`, `[^]`).
 */

/**
 * What all of these engines have: a character, an escape sequence, a class or the end of a group, each with a quantifier;
 * the start of a group; an alternative or an anchor.
 */
const portableToken =
  /(?:[^\\[\]{}()*+?|^$]|\\(?:[AbBdDsSwWfnrtv]|x[\da-fA-F]{2}|u[\da-fA-F]{4}|[^a-zA-Z0-9<>])|\[(?:\^(?!\])|(?![\^\]]))(?:[^\\[\]]|\\(?:[AbBdDsSwWfnrtv]|x[\da-fA-F]{2}|u[\da-fA-F]{4}|[^a-zA-Z0-9<>]))+\]|\))(?:[*+?]|\{\d{1,4}(?:,\d{0,4})?\})?\??|\((?:\?:|(?!\?))|[|^$]/g;

/** True if OpenAI accepts a pattern. Some patterns that it would accept as well count as not portable. */
export function isPortablePattern(pattern: string): boolean {
  const tokens = pattern.match(portableToken) ?? [];
  if (tokens.join('') !== pattern) return false;
  let depth = 0;
  for (const token of tokens) {
    if (token.startsWith('(')) depth += 1;
    else if (token.startsWith(')')) depth -= 1;
    if (depth < 0) return false;
  }
  return depth === 0;
}
