import type { ConversationAnswer } from '../../conversation/answer.ts';
import { type ConversationEvent, callIdsAfter } from '../../conversation/events.ts';
import type { Failure } from '../../conversation/failure.ts';
import { withoutNamespace } from '../../conversation/repair-calls.ts';
import type { Usage } from '../../conversation/usage.ts';
import { asByteString, type ByteString, encodeJson } from '../../lib/byte-string.ts';
import {
  asList,
  isRecord,
  type JsonRecord,
  parseJsonExactly,
  readArray,
  readRecord,
  readText,
} from '../../lib/json.ts';
import { withoutNulls } from '../../lib/without-nulls.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import type { AnswerContext, StreamEncoder } from '../dialect.ts';
import { emptyParts } from './answer-parts.ts';
import { hasData, isSignature } from './decode-candidate.ts';
import { isEnd, toGeminiReason } from './finish-reason.ts';
import { isChunk } from './is-chunk.ts';
import { toPublicMembers } from './public-members.ts';
import type { StreamWriter } from './stream-writer.ts';
import { encodeUsage } from './usage.ts';

/*
 * Answers of an upstream with this dialect are relayed unchanged, except for what Google's clients cannot handle:
 * chunks without a part, a finish in several chunks, calls without an id, parts without content or with two, counts that are texts.
 */

/** Encodes a complete answer. */
export function encodeRelayedAnswer(
  { frame, choices, usage }: ConversationAnswer & { readonly usage: Usage },
  context: AnswerContext,
): ByteString {
  const ids = choices.flatMap(({ parts }) => parts.flatMap((part) => (part.type === 'tool-call' ? [part.id] : [])));
  const answer = withCallIds(readFrame(frame ?? ''), ids);
  return encodeJson(
    complete(
      {
        ...answer,
        candidates: answer.candidates && asList(answer.candidates).map((each) => toEnding(each, emptyParts)),
      },
      usage,
      context,
    ),
  );
}

/** Encodes the chunks of a stream. The finish reasons are sent in the last chunk. */
export function createRelayStreamEncoder(context: AnswerContext, writer: StreamWriter): StreamEncoder {
  return new RelayStreamEncoder(context, writer);
}

class RelayStreamEncoder implements StreamEncoder {
  readonly contentType: string;
  readonly #context: AnswerContext;
  readonly #writer: StreamWriter;
  /** The buffered candidates with a finish reason, by index. */
  readonly #endings = new Map<unknown, JsonRecord>();
  /** The members of the last chunk other than its candidates. */
  #last: JsonRecord = {};
  #ended = false;

  constructor(context: AnswerContext, writer: StreamWriter) {
    this.#context = context;
    this.#writer = writer;
    this.contentType = this.#writer.contentType;
  }

  heartbeat(): ByteString {
    return this.#writer.heartbeat();
  }

  encode(events: readonly ConversationEvent[]): ByteString {
    let written = '';
    for (const [index, event] of events.entries()) {
      if (event.type === 'frame' && !this.#ended) written += this.#encodeFrame(event.data, callIdsAfter(events, index));
    }
    return asByteString(written);
  }

  end(usage: Usage): ByteString {
    if (this.#ended) return asByteString('');
    this.#ended = true;
    const candidates = this.#endings.size > 0 ? [...this.#endings.values()] : [{ finishReason: 'STOP', index: 0 }];
    const isBlocked = this.#endings.size === 0 && this.#last.promptFeedback !== undefined;
    const ends = candidates.map((candidate) => toEnding(candidate, this.#writer.emptyEnd));
    const chunk = { ...this.#last, ...(!isBlocked && { candidates: ends }) };
    return asByteString(this.#writer.write(encodeJson(complete(chunk, usage, this.#context))) + this.#writer.end());
  }

  fail(failure: Failure): ByteString {
    if (this.#ended) return asByteString('');
    this.#ended = true;
    const error = this.#writer.writeError(failure);
    return asByteString(error + this.#writer.end());
  }

  #encodeFrame(data: string, callIds: readonly string[]): string {
    const frame = withCallIds(readFrame(data), callIds);
    // `fail` sends errors.
    if (frame.error !== undefined || !isChunk(frame)) return '';
    const { candidates, ...all } = frame;
    const { usageMetadata: _texts, ...uncounted } = all;
    const members = hasTexts(all.usageMetadata) ? uncounted : all;
    this.#last = { ...this.#last, ...members };
    const ready: JsonRecord[] = [];
    for (const candidate of asList(candidates).filter(isRecord)) {
      const relayed = this.#relayCandidate(candidate);
      if (relayed !== undefined) ready.push(relayed);
    }
    if (ready.length === 0) return '';
    return this.#writer.write(encodeJson({ candidates: ready, ...members }));
  }

  /**
   * Once a candidate has a finish reason, its newest parts are buffered for the last chunk. Some servers write a reason
   * in every chunk.
   *
   * @returns undefined if the candidate is empty or buffered
   */
  #relayCandidate(candidate: JsonRecord): JsonRecord | undefined {
    const { index } = candidate;
    const ending = this.#endings.get(index);
    const { finishReason, ...open } = candidate;
    const isEnded = isEnd(finishReason);
    const parts = nonEmptyParts(candidate);
    if (!isEnded && ending === undefined) return parts.length === 0 ? undefined : withContent(open, parts);
    const held = readArray(readRecord(ending?.content).parts).filter(isRecord);
    const isNewer = parts.length > 0;
    const content = { role: 'model', parts: isNewer ? parts : held };
    this.#endings.set(index, { ...ending, ...(isEnded ? candidate : open), content });
    return isNewer && held.length > 0 ? withContent(withoutUndefined({ index }), held) : undefined;
  }
}

/** Gives each call the id that the gateway decoded or created. */
function withCallIds(frame: JsonRecord, ids: readonly string[]): JsonRecord {
  if (ids.length === 0) return frame;
  const left = [...ids];
  const candidates = asList(frame.candidates).map((candidate) => {
    const parts = nonEmptyParts(readRecord(candidate)).map((part) => {
      const { functionCall: call } = part;
      if (!isRecord(call) || typeof call.name !== 'string' || call.name === '') return part;
      const id = left.shift();
      return id === undefined ? part : { ...part, functionCall: completeCall(call, id) };
    });
    return withContent(readRecord(candidate), parts);
  });
  return { ...frame, candidates };
}

/** Clients require that arguments are an object, and that the name is one of their tools'. */
function completeCall(call: JsonRecord, id: string): JsonRecord {
  const { args, ...members } = call;
  const name = withoutNamespace(readText(call.name) ?? '');
  if (isRecord(args)) return { ...call, id, name };
  return { ...members, id, name, ...(args !== undefined && args !== null && { args: { arguments: args } }) };
}

/** The parts of a candidate that are not empty. */
function nonEmptyParts(candidate: JsonRecord): readonly JsonRecord[] {
  return asList(readRecord(candidate.content).parts)
    .filter(isRecord)
    .flatMap((part) => splitPart(completePart(part)))
    .filter((part) => {
      const { text, thought: _thought, ...others } = part;
      return (text !== undefined && text !== '') || Object.keys(others).length > 0;
    });
}

/** Some proxies add a text, possibly an empty one, to a part of another kind. */
function splitPart(part: JsonRecord): readonly JsonRecord[] {
  const { text, ...data } = part;
  if (typeof text !== 'string' || !hasData(data)) return [part];
  return [{ text, ...withoutUndefined({ thought: data.thought }) }, data];
}

/** Removes nulls and calls without a name. A signature belongs to a text, even to an empty one. */
function completePart(part: JsonRecord): JsonRecord {
  const isStray = ([name, value]: [string, unknown]) =>
    value === null || (name === 'functionCall' && (readText(readRecord(value).name) ?? '') === '');
  const members = Object.entries(part);
  const kept = members.some(isStray) ? Object.fromEntries(members.filter((member) => !isStray(member))) : part;
  return isSignature(kept) && kept.thoughtSignature !== undefined ? { text: '', ...kept } : kept;
}

/** Completes a candidate in the last chunk: it has a part and a finish reason. */
function toEnding(candidate: unknown, emptyEnd: readonly JsonRecord[]): JsonRecord {
  const record = readRecord(candidate);
  const parts = nonEmptyParts(record);
  return {
    ...withContent(record, parts.length > 0 ? parts : emptyEnd),
    finishReason: toGeminiReason(record.finishReason),
  };
}

function withContent(candidate: JsonRecord, parts: readonly JsonRecord[]): JsonRecord {
  return {
    ...withoutNulls(toPublicMembers(candidate)),
    content: { ...readRecord(candidate.content), role: 'model', parts },
  };
}

/** Adds members that the last chunk always has. */
function complete(answer: JsonRecord, usage: Usage, { id, model }: AnswerContext): JsonRecord {
  return {
    ...answer,
    usageMetadata:
      isRecord(answer.usageMetadata) && isCounted(answer.usageMetadata) ? answer.usageMetadata : encodeUsage(usage),
    modelVersion: answer.modelVersion ?? model,
    responseId: answer.responseId ?? id,
  };
}

/** True for a usage whose counts are numbers and not texts. */
function isCounted(usage: JsonRecord): boolean {
  if (usage.promptTokenCount === undefined || usage.totalTokenCount === undefined) return false;
  return !hasTexts(usage);
}

function hasTexts(usage: unknown): boolean {
  return Object.entries(readRecord(usage)).some(([name, value]) => name.endsWith('Count') && typeof value === 'string');
}

function readFrame(data: string): JsonRecord {
  return readRecord(parseJsonExactly(data));
}
