import type { SnippetRequest } from './request.ts';

/** Quotes text as one word for a POSIX shell. */
export function quoteShell(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A curl command to paste into a shell. */
export function writeCurl({ baseUrl, key, body }: SnippetRequest): string {
  // Double quotes, so that the shell expands a placeholder such as $API_KEY.
  const authorization = `"Authorization: Bearer ${key}"`;
  return [
    `curl ${baseUrl}/chat/completions`,
    `-H "Content-Type: application/json"`,
    `-H ${authorization}`,
    `-d ${quoteShell(JSON.stringify(body, null, 2))}`,
  ].join(' \\\n  ');
}
