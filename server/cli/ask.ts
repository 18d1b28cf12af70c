import { createInterface } from 'node:readline/promises';
import type { Streams } from './command-line.ts';

/** Asks a yes/no question on standard error. @returns false for any answer other than yes, and at the end of input */
export async function ask({ stdin, stderr }: Streams, question: string): Promise<boolean> {
  const lines = createInterface({ input: stdin, output: stderr, terminal: false });
  try {
    stderr.write(`${question} [y/N] `);
    for await (const line of lines) return /^y(?:es)?$/i.test(line.trim());
    return false;
  } finally {
    lines.close();
  }
}
