import type { RequestDetail } from '../../../contract/requests.ts';
import { quoteShell, writeCurl } from '../../snippets/curl.ts';

/** Records do not contain the key, so the command uses a shell variable. */
const placeholder = '$API_KEY';

/**
 * A curl command that repeats a request, with its logged body or, without content logging, a short placeholder body.
 */
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
