import type { RequestDetail } from '../../../contract/requests.ts';
import { quoteShell, writeCurl } from '../../snippets/curl.ts';

/** The key never leaves the records: the shell's own variable stands in its place. */
const placeholder = '$API_KEY';

/** A line that repeats a request: with its body where content was logged, else with a short one in its place. */
export function writeRequestCurl({ content, model, stream }: RequestDetail, baseUrl: string): string {
  if (content) {
    return [
      `curl ${quoteShell(`${baseUrl}${content.path}`)}`,
      `-H "Content-Type: application/json"`,
      `-H "Authorization: Bearer ${placeholder}"`,
      `-d ${quoteShell(content.request)}`,
    ].join(' \\\n  ');
  }
  const body = { model, messages: [{ role: 'user', content: 'Hello' }], ...(stream ? { stream: true } : {}) };
  return writeCurl({ baseUrl, key: placeholder, body });
}
