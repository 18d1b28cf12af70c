import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chatPath, type RunningSubject } from '../subjects/subject.ts';
import { modelAsked } from '../upstream/answers.ts';

/** Typical request bodies: a short question, and an agent's context with tools, results and images. */
export interface RequestBody {
  readonly name: string;
  readonly json: string;
  /** Minimum size that must reach the upstream, in bytes: the complete messages, without their envelope. */
  readonly minAtUpstream: number;
}

const question = 'Explain how a gateway keeps account of what it serves. 用中文回答也可以。\n';

function build(name: string, messages: readonly object[], rest: object): RequestBody {
  const json = JSON.stringify({ model: modelAsked, ...rest, messages });
  return { name, json, minAtUpstream: Buffer.byteLength(JSON.stringify(messages)) };
}

/** A body of 1 KB. */
export function shortRequest(stream: boolean): RequestBody {
  const messages = [
    { role: 'system', content: 'You are a concise assistant.' },
    { role: 'user', content: question.repeat(9) },
  ];
  return build('1 KB', messages, { max_tokens: 1024, stream });
}

function tool(index: number): object {
  const properties = {
    path: { type: 'string', description: 'Path of the file, relative to the workspace' },
    pattern: { type: 'string', description: 'Regular expression to look for' },
    limit: { type: 'integer', minimum: 1, maximum: 1000 },
  };
  return {
    type: 'function',
    function: {
      name: `workspace_tool_${index}`,
      description: 'Looks into files of the workspace and returns the lines that match, with their numbers.',
      parameters: { type: 'object', properties, required: ['path'] },
    },
  };
}

/** One turn of an agent: a tool call and its result, about 4 KB of source code. */
function agentTurn(index: number): object[] {
  const id = `call_${index}`;
  const call = { name: `workspace_tool_${index % 20}`, arguments: JSON.stringify({ path: `src/file-${index}.ts` }) };
  const line = `  const value${index} = lookup("key", { depth: ${index} }); // 说明 \\ and "quotes"\n`;
  return [
    {
      role: 'assistant',
      content: `Reading file ${index}.`,
      tool_calls: [{ id, type: 'function', function: call }],
    },
    { role: 'tool', tool_call_id: id, content: line.repeat(55) },
  ];
}

/** A body of about `kilobytes`: one quarter an image, the rest an agent's turns, with twenty tools. */
export function agentRequest(kilobytes: number): RequestBody {
  const image = Buffer.alloc((kilobytes * 1024 * 3) / 16, 'image bytes ').toString('base64');
  const look = [
    { type: 'text', text: question },
    { type: 'image_url', image_url: { url: `data:image/png;base64,${image}` } },
  ];
  const messages: object[] = [
    { role: 'system', content: 'You are a coding agent.' },
    { role: 'user', content: look },
  ];
  const turnBytes = JSON.stringify(agentTurn(100)).length;
  const turns = Math.floor((kilobytes * 1024 * 0.72) / turnBytes);
  for (let index = 0; index < turns; index++) messages.push(...agentTurn(index));
  messages.push({ role: 'user', content: 'Go on.' });
  const tools = Array.from({ length: 20 }, (_, index) => tool(index));
  return build(`${kilobytes} KB`, messages, { tools, tool_choice: 'auto', max_tokens: 8192 });
}

/** Writes the whole HTTP request that a load program sends to a subject, and returns the file's path. */
export function writeHttpRequest(folder: string, subject: RunningSubject, body: RequestBody): string {
  const headers = { host: `127.0.0.1:${subject.port}`, 'content-type': 'application/json', ...subject.headers };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `POST ${chatPath} HTTP/1.1\r\n${lines.join('')}content-length: ${Buffer.byteLength(body.json)}\r\n\r\n`;
  const path = join(folder, `${subject.name}.request`);
  writeFileSync(path, head + body.json);
  return path;
}
