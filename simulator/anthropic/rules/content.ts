import { invalidRequest, type Refusal } from '../../answer/prompt.ts';
import { asArray, asRecord, asString, type JsonRecord } from '../../json.ts';
import { endsBlank, isBlank } from '../../refusal/blank.ts';
import { firstRefusal } from '../../refusal/rules.ts';
import { blocksOf, type MessagesRequest } from '../request.ts';

/** Texts must not be blank. Messages must not be empty, except a final assistant message. */
export function checkTexts({ body, messages }: MessagesRequest): Refusal | null {
  const system = typeof body.system === 'string' ? [{ type: 'text', text: body.system }] : asArray(body.system);
  return (
    firstRefusal(system.map(asRecord), (block) => checkText(block, 'system')) ??
    firstRefusal(messages, (message, index) => {
      const blocks = blocksOf(message);
      const isFinal = index === messages.length - 1 && message.role === 'assistant';
      if (blocks.length === 0 || message.content === '') {
        return isFinal ? null : emptyMessage(index);
      }
      return firstRefusal(blocks, (block) => checkText(block, 'messages') ?? checkInnerTexts(block));
    })
  );
}

function emptyMessage(index: number): Refusal {
  return invalidRequest(
    `messages.${index}: all messages must have non-empty content except for the optional final assistant message`,
  );
}

function checkText({ type, text }: JsonRecord, where: string): Refusal | null {
  if (type !== 'text') return null;
  if (typeof text !== 'string') return invalidRequest(`${where}: text: Input should be a valid string`);
  if (text === '') return invalidRequest(`${where}: text content blocks must be non-empty`);
  return isBlank(text) ? invalidRequest(`${where}: text content blocks must contain non-whitespace text`) : null;
}

/** Texts in results may be blank but not empty. */
function checkInnerTexts(block: JsonRecord): Refusal | null {
  const isEmpty = asArray(block.content)
    .map(asRecord)
    .some(({ type, text }) => type === 'text' && text === '');
  return isEmpty ? invalidRequest('messages: text content blocks must be non-empty') : null;
}

/** A failed result has texts only, and at least one. */
export function checkFailedResults({ messages }: MessagesRequest): Refusal | null {
  return firstRefusal(messages, (message, index) =>
    firstRefusal(blocksOf(message), (block, at) => {
      if (block.type !== 'tool_result' || block.is_error !== true) return null;
      const where = `messages.${index}.content.${at}.tool_result`;
      const content = typeof block.content === 'string' ? block.content : asArray(block.content).map(asRecord);
      if (content.length === 0) return invalidRequest(`${where}: content cannot be empty if \`is_error\` is true`);
      return typeof content === 'string' || content.every(({ type }) => type === 'text')
        ? null
        : invalidRequest(`${where}: all content must be type \`text\` if \`is_error\` is true`);
    }),
  );
}

/** A final assistant text must not end in white space. Some models accept no final assistant message. */
export function checkPrefill({ messages, capabilities, behaviour }: MessagesRequest): Refusal | null {
  const last = messages.at(-1);
  if (last?.role !== 'assistant') return null;
  const isTaken = behaviour.prefill === 'auto' ? capabilities.takesPrefill : behaviour.prefill === 'accept';
  if (!isTaken) {
    return invalidRequest(
      'This model does not support assistant message prefill. The conversation must end with a user message.',
    );
  }
  const block = blocksOf(last).at(-1);
  return block?.type === 'text' && endsBlank(asString(block.text))
    ? invalidRequest('messages: final assistant content cannot end with trailing whitespace')
    : null;
}

/** Whether `content` may be a string depends on a knob. */
export function checkStringContent({ messages, behaviour }: MessagesRequest): Refusal | null {
  if (behaviour['string-content'] === 'accept') return null;
  const index = messages.findIndex(({ content }) => typeof content === 'string');
  return index === -1 ? null : invalidRequest(`messages.${index}.content: Input should be a valid list`);
}

const imageTypes = new Set(['image/jpeg', 'image/png', 'image/gif', 'image/webp']);

/** Images and documents must be base64: these routes do not fetch URLs and have no files. */
export function checkSources({ messages, behaviour }: MessagesRequest): Refusal | null {
  return firstRefusal(messages, (message, index) =>
    firstRefusal(blocksOf(message), (block, at) => {
      const where = `messages.${index}.content.${at}`;
      return (
        checkSource(block, where, behaviour['image-urls'] === 'accept') ??
        firstRefusal(asArray(block.content).map(asRecord), (inner, place) =>
          checkSource(inner, `${where}.tool_result.content.${place}`, behaviour['image-urls'] === 'accept'),
        )
      );
    }),
  );
}

function checkSource(block: JsonRecord, where: string, takesUrls: boolean): Refusal | null {
  if (block.type !== 'image' && block.type !== 'document') return null;
  const source = asRecord(block.source);
  const expected = block.type === 'image' ? ['base64'] : ['base64', 'content', 'text'];
  const taken = takesUrls ? [...expected, 'url'] : expected;
  if (!taken.includes(asString(source.type))) {
    const tags = taken.map((tag) => `'${tag}'`).join(', ');
    return invalidRequest(
      `${where}.${block.type}.source: Input tag '${String(source.type)}' found using 'type' does not match any of the expected tags: ${tags}`,
    );
  }
  if (block.type === 'document' || source.type !== 'base64') return null;
  if (!imageTypes.has(asString(source.media_type))) {
    return invalidRequest(
      `${where}.image.source.base64.media_type: Input should be 'image/jpeg', 'image/png', 'image/gif' or 'image/webp'`,
    );
  }
  const data = asString(source.data);
  return data !== '' && /^[A-Za-z0-9+/]+={0,2}$/.test(data)
    ? null
    : invalidRequest(`${where}.image.source.base64: invalid base64 data`);
}
