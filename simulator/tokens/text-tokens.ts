import type { Vendor } from '../answer/models.ts';

/** An approximation of a vendor's tokenizer: characters per token, by kind of character. */
type Cut = {
  /** Letters per token within a word. */
  readonly letters: number;
  /** Tokens for each Chinese, Japanese or Korean character. */
  readonly ideograph: number;
  readonly digits: number;
  /** Consecutive signs per token. */
  readonly signs: number;
  /** Consecutive blanks per token; the first one is free. */
  readonly blanks: number;
};

const cuts: Readonly<Record<Vendor, Cut>> = {
  anthropic: { letters: 4.5, ideograph: 1.3, digits: 3, signs: 1, blanks: 4 },
  openai: { letters: 6, ideograph: 0.9, digits: 3, signs: 2, blanks: 8 },
  google: { letters: 5, ideograph: 0.75, digits: 1, signs: 1.5, blanks: 6 },
};

const pieces =
  /(?<ideographs>[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]+)|(?<letters>[\p{L}\p{M}]+)|(?<digits>\p{N}+)|(?<blanks>\s+)|(?<signs>[^\p{L}\p{M}\p{N}\s]+)/gu;

/**
 * An approximate token count by words, digits, signs and ideographs, not by length alone. It is not a real tokenizer,
 * but differs from a plain estimate about as much as real ones do.
 */
export function countTextTokens(text: string, vendor: Vendor): number {
  const cut = cuts[vendor];
  let tokens = 0;
  for (const { 0: piece, groups = {} } of text.matchAll(pieces)) {
    if (groups.letters !== undefined) tokens += Math.ceil(piece.length / cut.letters);
    else if (groups.ideographs !== undefined) tokens += piece.length * cut.ideograph;
    else if (groups.digits !== undefined) tokens += Math.ceil(piece.length / cut.digits);
    else if (groups.blanks !== undefined) tokens += Math.ceil((piece.length - 1) / cut.blanks);
    else tokens += Math.ceil(piece.length / cut.signs);
  }
  return Math.ceil(tokens);
}
