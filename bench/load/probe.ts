import { chatPath, type RunningSubject } from '../subjects/subject.ts';
import { chunkText, plainText } from '../upstream/answers.ts';
import { shortRequest } from './requests.ts';

async function ask(subject: RunningSubject, stream: boolean): Promise<Response> {
  const response = await fetch(`http://127.0.0.1:${subject.port}${chatPath}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...subject.headers },
    body: shortRequest(stream).json,
  });
  if (response.status === 200) return response;
  throw new Error(`${subject.name} answered ${response.status}: ${(await response.text()).slice(0, 300)}`);
}

/** The concatenated texts of the choices of a chunk or answer. */
function choiceText(json: string, part: 'message' | 'delta'): string {
  const texts: string[] = [];
  JSON.parse(json, function gather(this: unknown, key: string, value: unknown) {
    if (key !== part || typeof value !== 'object' || value === null) return value;
    const content: unknown = Reflect.get(value, 'content');
    if (typeof content === 'string') texts.push(content);
    return value;
  });
  return texts.join('');
}

function expectedStreamText(chunks: number): string {
  const text: unknown = JSON.parse(`"${chunkText}"`);
  const one = (index: number) =>
    String(text).replace('######', String(index).padStart(6, '0')).replace(/@+/, '0'.repeat(19));
  return Array.from({ length: chunks }, (_, index) => one(index)).join('');
}

/**
 * Requests one plain answer and one stream, parses them like a client and checks them completely. The load programs
 * then only compare bytes. The upstream must be set to `chunks` chunks without pauses.
 */
export async function probe(subject: RunningSubject, chunks: number): Promise<void> {
  const answer = await (await ask(subject, false)).text();
  if (choiceText(answer, 'message') !== plainText) throw new Error(`${subject.name} answered wrong: ${answer}`);
  const stream = await (await ask(subject, true)).text();
  const events = stream.split('\n\n').filter((event) => event.startsWith('data: '));
  if (events.at(-1) !== 'data: [DONE]') throw new Error(`${subject.name} ended a stream without [DONE]`);
  const text = events.slice(0, -1).map((event) => choiceText(event.slice('data: '.length), 'delta'));
  if (text.join('') !== expectedStreamText(chunks))
    throw new Error(`${subject.name} streamed wrong: ${stream.slice(0, 900)}`);
}
