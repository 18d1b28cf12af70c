import { escapeControls } from '../lib/redact.ts';

/**
 * Formats rows as columns of text, separated by two spaces. The first row is the heading. Control characters are
 * escaped, because names come from imported files as well. A library knows the width of Chinese characters and emoji;
 * padding takes two lines, so no table library is needed. It is loaded on use, because it needs ICU's data, which a
 * running server never does.
 */
export async function formatTable(cells: readonly (readonly string[])[]): Promise<string> {
  const { default: stringWidth } = await import('string-width');
  const rows = cells.map((row) => row.map(escapeControls));
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, stringWidth(cell));
  }
  const pad = (cell: string, column: number) => cell + ' '.repeat((widths[column] ?? 0) - stringWidth(cell));
  return rows.map((row) => row.map(pad).join('  ').trimEnd()).join('\n');
}

/** Formats a time as ISO 8601 in UTC, in seconds. */
export function formatTime(time: number | null): string {
  return time === null ? 'never' : `${new Date(time).toISOString().slice(0, 19)}Z`;
}
