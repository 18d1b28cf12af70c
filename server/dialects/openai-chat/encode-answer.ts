import type { AnswerTextPart, Choice, ConversationAnswer } from '../../conversation/answer.ts';
import { readAnswerText } from '../../conversation/answer.ts';
import type { ImagePart, ReasoningPart, ToolCallPart } from '../../conversation/message.ts';
import type { Usage } from '../../conversation/usage.ts';
import { asByteString, type ByteString, encodeJson } from '../../lib/byte-string.ts';
import type { JsonRecord } from '../../lib/json.ts';
import type { AnswerContext } from '../dialect.ts';
import { annotationsOf, toChatAnnotations } from '../openai/annotations.ts';
import { readCustomInput } from '../openai/custom-input.ts';
import { encodeImage, imageId } from './answer-images.ts';
import type { ChatAnswerOptions } from './answer-options.ts';
import { encodeLogprobs } from './encode-logprobs.ts';
import { encodeUsage } from './encode-usage.ts';
import { encodeFinishReason } from './finish-reason.ts';
import { encodeHiddenReasoning, encodeProofDetail, encodeReasoningDetail } from './reasoning-details.ts';

/** OpenAI answers with the state of its backend. OpenRouter's SDK rejects a whole answer without it. */
export const systemFingerprint = 'fp_gateway';

/**
 * Encodes OpenAI's `CreateChatCompletionResponse`. Built from JSON pieces, so that literals of texts are copied
 * unchanged.
 */
export function encodeAnswer(
  answer: ConversationAnswer & { readonly usage: Usage },
  { id, created, model }: AnswerContext,
  options: ChatAnswerOptions,
): ByteString {
  const choices = answer.choices.map((choice) => encodeChoice(choice, options));
  const head = `"id":${encodeJson(`chatcmpl-${id}`)},"object":"chat.completion","created":${created}`;
  const tail = `"choices":[${choices.join(',')}],"usage":${encodeJson(encodeUsage(answer.usage))}`;
  return asByteString(`{${head},"model":${encodeJson(model)},"system_fingerprint":"${systemFingerprint}",${tail}}`);
}

/** A choice's parts, grouped by the members that the API has for them. */
interface SortedParts {
  readonly texts: readonly AnswerTextPart[];
  readonly calls: readonly ToolCallPart[];
  readonly images: readonly JsonRecord[];
  readonly annotations: readonly JsonRecord[];
  readonly reasoning: string;
  readonly refusal: string;
  /** `reasoning_details` with texts and proofs; empty if there are none. */
  readonly details: readonly JsonRecord[];
}

function encodeChoice(choice: Choice, options: ChatAnswerOptions): string {
  const sorted = sortParts(choice);
  const refusal = sorted.refusal === '' ? 'null' : encodeJson(sorted.refusal);
  const message = `{"role":"assistant","content":${encodeText(sorted)},"refusal":${refusal}${encodeExtras(sorted, options)}}`;
  const logprobs = choice.logprobs === undefined ? 'null' : encodeJson(encodeLogprobs(choice.logprobs));
  const finish = encodeJson(encodeFinishReason(choice.finish.reason, options.legacyFunctions));
  return `{"index":${choice.index},"message":${message},"logprobs":${logprobs},"finish_reason":${finish}}`;
}

function sortParts({ parts }: Choice): SortedParts {
  const texts: AnswerTextPart[] = [];
  const calls: ToolCallPart[] = [];
  const images: JsonRecord[] = [];
  let reasoning = '';
  let refusal = '';
  const details: JsonRecord[] = [];
  for (const part of parts) {
    if (part.type !== 'refusal' && part.type !== 'vendor') {
      const id = part.type === 'image' ? imageId(images.length) : undefined;
      details.push(...encodeDetail(part, details.length, id));
    }
    if (part.type === 'text') texts.push(part);
    else if (part.type === 'tool-call') calls.push(part);
    else if (part.type === 'image') images.push(encodeImage(part.source, images.length));
    else if (part.type === 'reasoning') reasoning += part.text;
    else if (part.type === 'refusal') refusal += part.text;
  }
  const annotations = toChatAnnotations(texts.flatMap(({ vendor }) => annotationsOf(vendor)));
  return { texts, calls, images, annotations, reasoning, refusal, details };
}

/** @param image the image's id, if the part is one */
function encodeDetail(
  part: AnswerTextPart | ImagePart | ReasoningPart | ToolCallPart,
  index: number,
  image: string | undefined,
): readonly JsonRecord[] {
  const { proof } = part;
  if (part.type === 'reasoning' && part.text !== '') return [encodeReasoningDetail(part.text, proof, index)];
  if (proof === undefined) return [];
  if (part.type === 'reasoning') return [encodeHiddenReasoning(proof, index)];
  return [encodeProofDetail(part.type === 'tool-call' ? part.id : image, proof, index)];
}

function encodeText({ texts, calls, refusal }: SortedParts): string {
  const [only] = texts;
  if (texts.length === 1 && only !== undefined && typeof only.text !== 'string') return `"${only.text.literal}"`;
  const text = texts.map((part) => readAnswerText(part.text)).join('');
  const mayBeNull = calls.length > 0 || refusal !== '';
  return mayBeNull && text === '' ? 'null' : encodeJson(text);
}

/** Encodes the members that are omitted when empty, each with a leading comma. */
function encodeExtras(sorted: SortedParts, options: ChatAnswerOptions): string {
  const reasoning = sorted.reasoning === '' ? '' : encodeReasoning(encodeJson(sorted.reasoning), options);
  const details = sorted.details.length === 0 ? '' : `,"reasoning_details":${encodeJson(sorted.details)}`;
  const images = sorted.images.length === 0 ? '' : `,"images":${encodeJson(sorted.images)}`;
  const annotations = sorted.annotations.length === 0 ? '' : `,"annotations":${encodeJson(sorted.annotations)}`;
  return reasoning + details + images + annotations + encodeCalls(sorted.calls, options);
}

/** @param text a JSON literal */
function encodeReasoning(text: string, { asOpenrouter }: ChatAnswerOptions): string {
  return `,"reasoning_content":${text}${asOpenrouter ? `,"reasoning":${text}` : ''}`;
}

/** The legacy format allows only one call. */
function encodeCalls(calls: readonly ToolCallPart[], options: ChatAnswerOptions): string {
  const [first] = calls;
  if (first === undefined) return '';
  if (options.legacyFunctions)
    return `,"function_call":${encodeJson({ name: first.name, arguments: argumentsOf(first) })}`;
  return `,"tool_calls":${encodeJson(calls.map((call) => encodeCall(call, options)))}`;
}

function encodeCall(call: ToolCallPart, { customTools }: ChatAnswerOptions): JsonRecord {
  const { id, name } = call;
  if (customTools?.has(name) !== true)
    return { id, type: 'function', function: { name, arguments: argumentsOf(call) } };
  return { id, type: 'custom', custom: { name, input: readCustomInput(call.arguments) } };
}

/** A call without arguments gets `{}`, because clients parse the arguments as JSON. */
function argumentsOf(call: ToolCallPart): string {
  return call.arguments === '' ? '{}' : call.arguments;
}
