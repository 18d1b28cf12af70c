import type { ByteString } from '../../lib/byte-string.ts';

/** Consecutive text chunks that are not joined yet. */
export interface TextRun {
  readonly open: string;
  readonly literals: readonly ByteString[];
  readonly between: string;
  /** Everything after the last literal. */
  close: string;
}

/** Joins everything at once, so that the bytes are copied only once. Text is most of all output. */
export function joinRun(written: string, run: TextRun | undefined): string {
  if (run === undefined) return written;
  const literals: string[] = [...run.literals];
  literals[0] = `${written}${run.open}${literals[0]}`;
  literals.push(`${literals.pop()}${run.close}`);
  return literals.join(run.between);
}
