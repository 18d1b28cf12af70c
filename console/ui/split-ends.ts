/** Shorter texts are not truncated. In half-width columns: a Chinese character takes two. */
const shortest = 14;
const tailWidth = 8;
const wide =
  /\p{Script=Han}|\p{Script=Hangul}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Emoji_Presentation}|[\u3000-\u303f\uff00-\uff60]/u;
const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Splits a text into a head, which may be truncated, and a tail of about eight letters. Keeps emoji whole. */
export function splitEnds(text: string): readonly [head: string, tail: string] {
  const letters = [...segmenter.segment(text)].map(({ segment }) => segment);
  const widths = letters.map((letter) => (wide.test(letter) ? 2 : 1));
  if (widths.reduce((sum, width) => sum + width, 0) < shortest) return [text, ''];
  let cut = letters.length;
  for (let left = tailWidth; cut > 0; cut -= 1) {
    left -= widths[cut - 1] ?? 1;
    if (left < 0) break;
  }
  return [letters.slice(0, cut).join(''), letters.slice(cut).join('')];
}
