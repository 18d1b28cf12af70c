import Papa from 'papaparse';

/**
 * Text that spreadsheets would run as a formula, including full-width signs. It is prefixed with an apostrophe. Clients
 * control some columns, such as the user agent (https://owasp.org/www-community/attacks/CSV_Injection).
 */
const formula = /^\s*[=+\-@\t\r|%\uff1d\uff0b\uff0d\uff20]/;

/** One line of CSV (RFC 4180) for spreadsheets. */
export function csvLine(cells: readonly (string | number | boolean | null)[]): string {
  return `${Papa.unparse([[...cells]], { escapeFormulae: formula })}\r\n`;
}
