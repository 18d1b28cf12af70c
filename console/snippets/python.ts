import type { SnippetRequest } from './request.ts';

/** A JSON value as a Python literal, indented by four spaces per level. */
export function writePythonLiteral(value: unknown, level = 0): string {
  const pad = '    '.repeat(level + 1);
  const end = '    '.repeat(level);
  if (value === null || value === undefined) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    return `[\n${value.map((item) => `${pad}${writePythonLiteral(item, level + 1)},\n`).join('')}${end}]`;
  }
  if (typeof value === 'object') {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    if (entries.length === 0) return '{}';
    const lines = entries.map(
      ([name, item]) => `${pad}${JSON.stringify(name)}: ${writePythonLiteral(item, level + 1)},\n`,
    );
    return `{\n${lines.join('')}${end}}`;
  }
  return JSON.stringify(value);
}

/** A Python script that uses the official `openai` package. */
export function writePython({ baseUrl, key, body }: SnippetRequest): string {
  const parameters = Object.entries(body)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `    ${name}=${writePythonLiteral(value, 1)},\n`)
    .join('');
  const open = [
    'from openai import OpenAI',
    '',
    `client = OpenAI(base_url=${JSON.stringify(baseUrl)}, api_key=${JSON.stringify(key)})`,
    '',
  ].join('\n');
  if (body.stream === true) {
    return `${open}
stream = client.chat.completions.create(
${parameters})
for chunk in stream:
    if chunk.choices:
        print(chunk.choices[0].delta.content or "", end="", flush=True)
`;
  }
  return `${open}
completion = client.chat.completions.create(
${parameters})
print(completion.choices[0].message.content)
`;
}
