import type { ConversationEvent } from '../../conversation/events.ts';
import { unansweredFailure } from '../../conversation/failure.ts';
import { UniqueIds } from '../../conversation/unique-ids.ts';
import type { Usage } from '../../conversation/usage.ts';
import { asList, isRecord, type JsonRecord, readText } from '../../lib/json.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import type { AnswerReaderOptions } from '../dialect.ts';
import { hasError, isErrorBody } from '../error-body.ts';
import { JsonAnswerReader } from '../json-answer-reader.ts';
import { CandidateReader } from './decode-candidate.ts';
import { readFinishReason } from './finish-reason.ts';
import { isChunk } from './is-chunk.ts';
import { geminiName } from './name.ts';
import { readUsage } from './usage.ts';

/**
 * Decodes Gemini's `GenerateContentResponse`, complete or in increments, which have the same format. The finish is
 * emitted at the end of the body, because chunks may follow the one with the finish reason. An answer without a finish
 * reason was truncated.
 */
export class GeminiAnswerReader extends JsonAnswerReader {
  readonly #candidates = new Map<number, CandidateReader>();
  readonly #callIds: UniqueIds;
  #started = false;
  #usage: Usage | undefined;
  /** The reason why the prompt was not answered. */
  #promptFeedback: JsonRecord | undefined;

  constructor(options: AnswerReaderOptions) {
    super(options);
    this.#callIds = new UniqueIds(options.newId);
  }

  get finished(): boolean {
    const candidates = [...this.#candidates.values()];
    return candidates.length > 0 && candidates.every((candidate) => candidate.finished);
  }

  protected readRecord(value: JsonRecord, events: ConversationEvent[]): void {
    if (isError(value)) {
      this.fail(this.options.readFailure(value), events);
      return;
    }
    if (!isChunk(value)) return;
    this.#start(value, events);
    if (isRecord(value.promptFeedback)) this.#promptFeedback = value.promptFeedback;
    for (const [position, candidate] of asList(value.candidates).entries()) {
      if (isRecord(candidate)) this.#readCandidate(candidate, position, value.usageMetadata, events);
      if (this.over) return;
    }
    this.#readUsage(value.usageMetadata, events);
  }

  end(events: ConversationEvent[], isComplete = false): void {
    if (this.over) return;
    const candidates = [...this.#candidates.values()];
    const blockReason = readText(this.#promptFeedback?.blockReason);
    if (blockReason !== undefined && !candidates.some((candidate) => candidate.hasContent)) {
      this.#endBlocked(blockReason, events);
    } else if (candidates.length === 0 && this.#usage !== undefined) {
      // Gemini sometimes reports token counts without any content.
      events.push({ type: 'finish', choice: 0, reason: 'stop' });
      this.setOver();
    } else if (candidates.length === 0) {
      this.fail(this.options.brokenAnswer('The upstream sent an empty answer.'), events);
    } else if (candidates.some((candidate) => !(candidate.mayEnd || (isComplete && candidate.hasContent)))) {
      // Gemini sometimes ends so after it has thought.
      const isSilent = this.#usage !== undefined && !candidates.some((candidate) => candidate.hasWords);
      const message = "The upstream's answer ended before it was complete.";
      this.fail(isSilent ? unansweredFailure('no finish reason') : this.options.brokenAnswer(message), events);
    } else {
      for (const candidate of candidates) candidate.end(events);
      this.setOver();
    }
  }

  /** The prompt was blocked. This counts as an answer that a filter ended before it began. */
  #endBlocked(vendorReason: string, events: ConversationEvent[]): void {
    const vendor = { [geminiName]: { promptFeedback: this.#promptFeedback } };
    events.push({ type: 'finish', choice: 0, reason: 'content-filter', vendorReason, vendor });
    this.setOver();
  }

  #start(value: JsonRecord, events: ConversationEvent[]): void {
    if (this.#started) return;
    this.#started = true;
    const upstreamModel = readText(value.modelVersion);
    const usage = readUsage(value.usageMetadata, undefined);
    events.push({
      type: 'start',
      ...withoutUndefined({ upstreamModel, usage }),
    });
  }

  /** @param usage reported before the failure if the candidate ends without an answer */
  #readCandidate(candidate: JsonRecord, position: number, usage: unknown, events: ConversationEvent[]): void {
    const given = candidate.index;
    const index = typeof given === 'number' && Number.isInteger(given) && given >= 0 ? given : position;
    let reader = this.#candidates.get(index);
    if (reader === undefined) {
      reader = new CandidateReader(index, this.#callIds);
      this.#candidates.set(index, reader);
    }
    reader.read(candidate, events);
    const vendorReason = readText(candidate.finishReason);
    const reason = vendorReason === undefined ? undefined : readFinishReason(vendorReason);
    const isEmptyEnd = vendorReason?.toUpperCase() === 'OTHER' && !reader.hasContent;
    if (reason !== 'none' && !isEmptyEnd) return;
    this.#readUsage(usage, events);
    this.fail(unansweredFailure(String(vendorReason)), events);
  }

  #readUsage(value: unknown, events: ConversationEvent[]): void {
    const usage = readUsage(value, this.#usage);
    if (usage === undefined || isSame(usage, this.#usage)) return;
    this.#usage = usage;
    events.push({ type: 'usage', usage });
  }
}

/** True for an error body in Google's format or in one of the Atlassian gateway's. */
function isError(value: JsonRecord): boolean {
  return hasError(value) || (!isChunk(value) && isErrorBody(value));
}

function isSame(left: Usage, right: Usage | undefined): boolean {
  return (
    right !== undefined &&
    left.inputTokens === right.inputTokens &&
    left.outputTokens === right.outputTokens &&
    left.cacheReadTokens === right.cacheReadTokens &&
    left.reasoningTokens === right.reasoningTokens
  );
}
