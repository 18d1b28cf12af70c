import type { SnippetRequest } from './request.ts';

/** A TypeScript module that uses the official `openai` package. */
export function writeTypeScript({ baseUrl, key, body }: SnippetRequest): string {
  const open = [
    `import OpenAI from 'openai';`,
    '',
    `const client = new OpenAI({ baseURL: ${JSON.stringify(baseUrl)}, apiKey: ${JSON.stringify(key)} });`,
    '',
  ].join('\n');
  const parameters = JSON.stringify(body, null, 2);
  if (body.stream === true) {
    return `${open}
const stream = await client.chat.completions.create(${parameters});
for await (const chunk of stream) {
  process.stdout.write(chunk.choices[0]?.delta?.content ?? '');
}
`;
  }
  return `${open}
const completion = await client.chat.completions.create(${parameters});
console.log(completion.choices[0]?.message.content);
`;
}
