import type { SnippetRequest } from './request.ts';

/** Text as one word of a POSIX shell. */
export function quoteShell(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A line for the shell; it works when pasted. */
export function writeCurl({ baseUrl, key, body }: SnippetRequest): string {
  // A placeholder such as $API_KEY must stay open to the shell's expansion: double quotes.
  const authorization = `"Authorization: Bearer ${key}"`;
  return [
    `curl ${baseUrl}/chat/completions`,
    `-H "Content-Type: application/json"`,
    `-H ${authorization}`,
    `-d ${quoteShell(JSON.stringify(body, null, 2))}`,
  ].join(' \\\n  ');
}
