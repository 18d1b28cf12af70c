/**
 * One line of CSV (RFC 4180) for spreadsheets. Text that they would run as a formula gets an apostrophe before it
 * (https://owasp.org/www-community/attacks/CSV_Injection): a client chooses its user agent.
 */
export function csvLine(cells: readonly (string | number | boolean | null)[]): string {
  return `${cells.map(encodeCell).join(',')}\r\n`;
}

function encodeCell(cell: string | number | boolean | null): string {
  if (cell === null) return '';
  if (typeof cell !== 'string') return String(cell);
  const harmless = /^\s*[=+\-@\t\r|%]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n']/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
