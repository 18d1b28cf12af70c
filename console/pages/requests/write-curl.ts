import type { RequestDetail } from '../../../contract/requests.ts';
import { quoteShell, writeCurl } from '../../snippets/curl.ts';

/** Where each dialect's clients send their requests, under the base URL. */
const paths: Readonly<Record<string, string>> = {
  'openai-chat': '/chat/completions',
  'openai-responses': '/responses',
  'anthropic-messages': '/messages',
};

/** The key never leaves the records: the shell's own variable stands in its place. */
const placeholder = '$API_KEY';

/** A line that repeats a request: with its body where content was logged, else with a short one in its place. */
export function writeRequestCurl(request: RequestDetail, baseUrl: string): string {
  const path = paths[request.dialect] ?? '/chat/completions';
  if (request.content) {
    return [
      `curl ${baseUrl}${path}`,
      `-H "Content-Type: application/json"`,
      `-H "Authorization: Bearer ${placeholder}"`,
      `-d ${quoteShell(request.content.request)}`,
    ].join(' \\\n  ');
  }
  const body = {
    model: request.model,
    messages: [{ role: 'user', content: 'Hello' }],
    ...(request.stream ? { stream: true } : {}),
  };
  return writeCurl({ baseUrl, key: placeholder, body });
}
