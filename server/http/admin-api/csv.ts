import Papa from 'papaparse';

/**
 * What spreadsheets would run as a formula, full-width signs included: such text gets an apostrophe before it. A client chooses its user agent
 * (https://owasp.org/www-community/attacks/CSV_Injection).
 */
const formula = /^\s*[=+\-@\t\r|%\uff1d\uff0b\uff0d\uff20]/;

/** One line of CSV (RFC 4180) for spreadsheets. */
export function csvLine(cells: readonly (string | number | boolean | null)[]): string {
  return `${Papa.unparse([[...cells]], { escapeFormulae: formula })}\r\n`;
}
