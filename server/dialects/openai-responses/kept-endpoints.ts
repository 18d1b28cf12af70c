import { Failure } from '../../conversation/failure.ts';
import { type ByteString, encodeJson } from '../../lib/byte-string.ts';
import { isRecord, type JsonRecord, readArray, readText } from '../../lib/json.ts';
import type { KeptAnswerEndpoint, RequestHead } from '../dialect.ts';
import { invalidParameter } from '../openai/validation-failure.ts';
import { type KeptResponse, readKeptResponse } from './kept-response.ts';
import { withoutProof } from './output-items.ts';

const base = '/v1/responses/';
const path = `${base}*`;
const inputItems = '/input_items';
const cancel = '/cancel';

/** The endpoints of OpenAI's API for a stored response. */
export const keptEndpoints: readonly KeptAnswerEndpoint[] = [
  {
    method: 'GET',
    path,
    accepts: (head) => head.path.endsWith(inputItems),
    does: 'show-kept',
    readName: (head) => nameIn(head, inputItems),
    encodeKept: (text, head) => encodeInputItems(requireKept(text, nameIn(head, inputItems)), head.query),
  },
  { method: 'GET', path, does: 'show-kept', readName: (head) => nameIn(head), encodeKept: encodeKeptResponse },
  {
    method: 'DELETE',
    path,
    does: 'forget-kept',
    readName: (head) => nameIn(head),
    encodeKept(text, head) {
      const id = nameIn(head);
      requireKept(text, id);
      return encodeJson({ id, object: 'response', deleted: true });
    },
  },
  {
    method: 'POST',
    path,
    does: 'show-kept',
    readName: (head) => nameIn(head, cancel),
    encodeKept(text, head) {
      requireKept(text, nameIn(head, cancel));
      throw new Failure('invalid-request', 'Cannot cancel a synchronous response.', { fault: 'request' });
    },
  },
];

/** Reads the id of a response from the path. @throws Failure for other paths */
function nameIn(head: RequestHead, end = ''): string {
  const name = head.path.endsWith(end) ? head.path.slice(base.length, head.path.length - end.length) : '';
  if (name !== '' && !name.includes('/')) return name;
  const message = `Unknown request URL: ${head.method} ${head.path}.`;
  throw new Failure('not-found', message, { reason: 'unknown-route', fault: 'request' });
}

/** @throws Failure if there is no such response */
function requireKept(text: string | undefined, id: string): KeptResponse {
  const kept = text === undefined ? undefined : readKeptResponse(text);
  // The id of an item also finds its response, but only the response's own id is valid here.
  if (kept?.response.id === id) return kept;
  throw new Failure('not-found', `Response with id '${id}' not found.`, { parameter: 'id', fault: 'request' });
}

function encodeKeptResponse(text: string | undefined, head: RequestHead): ByteString {
  const { response, output } = requireKept(text, nameIn(head));
  if (head.query.get('stream') === 'true') {
    const message = "Invalid 'stream': only background responses can be streamed again, which are not supported.";
    throw invalidParameter('stream', 'unsupported-value', message);
  }
  const included = [...head.query.getAll('include'), ...head.query.getAll('include[]')];
  const proofs = included.includes('reasoning.encrypted_content');
  // Items without an id are only stored.
  const shown = output.filter((item) => item.id !== undefined);
  return encodeJson({ ...response, output: proofs ? shown : shown.map(withoutProof) });
}

/** Encodes OpenAI's `ResponseItemList`, newest first by default. */
function encodeInputItems({ response, input }: KeptResponse, query: URLSearchParams): ByteString {
  const limit = readLimit(query.get('limit'));
  const items = input.map((item, index) => listed(item, `${readText(response.id)}_in_${index}`));
  if (query.get('order') !== 'asc') items.reverse();
  const after = query.get('after');
  const start = after === null ? 0 : items.findIndex((item) => item.id === after) + 1;
  const page = items.slice(start, start + limit);
  return encodeJson({
    object: 'list',
    data: page,
    first_id: page[0]?.id ?? null,
    last_id: page.at(-1)?.id ?? null,
    has_more: start + limit < items.length,
  });
}

function readLimit(text: string | null): number {
  if (text === null) return 20;
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= 100) return limit;
  throw invalidParameter('limit', 'unsupported-value', "Invalid 'limit': expected an integer from 1 to 100.");
}

/** Converts an item of a request to the format of the list, with an id and a type. */
function listed(item: unknown, newId: string): JsonRecord {
  const { id, ...members } = isRecord(item) ? item : {};
  if (members.role === undefined) return { id: readText(id) ?? newId, ...members };
  const { content } = members;
  const type = members.role === 'assistant' ? 'output_text' : 'input_text';
  const parts = typeof content === 'string' ? [{ type, text: content }] : readArray(content);
  return { status: 'completed', ...members, type: 'message', id: readText(id) ?? `msg_${newId}`, content: parts };
}
