import { z } from 'zod';
import { requireOpenAiSchema } from '../schemas/openai.ts';

const call = z.object({
  index: z.number().int(),
  id: z.string().optional(),
  type: z.string().optional(),
  function: z.object({ name: z.string().optional(), arguments: z.string().optional() }).optional(),
});
const choice = z.object({
  index: z.number().int(),
  delta: z.object({
    role: z.string().optional(),
    content: z.string().nullish(),
    reasoning_content: z.string().optional(),
    refusal: z.string().nullish(),
    tool_calls: z.array(call).optional(),
    function_call: z.object({ name: z.string().optional(), arguments: z.string().optional() }).optional(),
  }),
  finish_reason: z.string().nullable(),
});
const usage = z.object({
  prompt_tokens: z.number(),
  completion_tokens: z.number(),
  total_tokens: z.number(),
  prompt_tokens_details: z.object({ cached_tokens: z.number().optional() }).nullish(),
});
const chunk = z.object({
  id: z.string().min(1),
  created: z.number().int(),
  model: z.string(),
  choices: z.array(choice),
  usage: usage.nullish(),
});
const errorEvent = z.object({
  error: z.object({
    message: z.string().min(1),
    type: z.string(),
    param: z.string().nullable(),
    code: z.string().nullable(),
  }),
});
const completion = z.object({
  id: z.string(),
  model: z.string(),
  choices: z.array(
    z.object({
      index: z.number().int(),
      message: z.object({
        role: z.literal('assistant'),
        content: z.string().nullable(),
        refusal: z.string().nullable(),
        reasoning_content: z.string().optional(),
        tool_calls: z
          .array(z.object({ id: z.string(), function: z.object({ name: z.string(), arguments: z.string() }) }))
          .optional(),
        function_call: z.object({ name: z.string(), arguments: z.string() }).optional(),
      }),
      finish_reason: z.string(),
    }),
  ),
  usage,
});

type Chunk = z.infer<typeof chunk>;
type StreamChoice = z.infer<typeof choice>;
export type ChatError = z.infer<typeof errorEvent>['error'];

export interface ReadCall {
  id: string;
  name: string;
  arguments: string;
}

/** One choice of an answer, streaming or whole. */
export interface ReadChoice {
  text: string;
  reasoning: string;
  calls: ReadCall[];
  /** Of the legacy `function_call`. */
  functionCall: { name: string; arguments: string } | null;
  finishReason: string | null;
}

export interface ReadAnswer {
  readonly id: string;
  readonly model: string;
  readonly choices: readonly ReadChoice[];
  readonly usage: z.infer<typeof usage> | null;
}

export interface ReadStream extends ReadAnswer {
  /** The error that ended the stream instead of `[DONE]`. */
  readonly error: ChatError | null;
  /** Of the comments, in order. */
  readonly comments: readonly string[];
  readonly chunkCount: number;
}

/** Thrown if a stream violates a rule. */
function demand(isMet: boolean, rule: string, body: string): void {
  if (!isMet) throw new Error(`a stream breaks a rule: ${rule}\n${body}`);
}

/**
 * Reads a whole stream of chunks and checks everything that clients may rely on: OpenAI's schema for each chunk, the
 * role first, calls whose first fragment is complete and whose arguments are JSON, one finish reason, one end.
 *
 * @throws Error naming the broken rule
 */
export function readChatStream(body: string, options: { readonly includeUsage?: boolean } = {}): ReadStream {
  demand(body.endsWith('\n\n'), 'it ends with a blank line', body);
  const frames = body.slice(0, -2).split('\n\n');
  const comments = frames.filter((frame) => frame.startsWith(':'));
  const payloads = frames.filter((frame) => !frame.startsWith(':')).map((frame) => payloadOf(frame, body));
  const last = payloads.pop() ?? '';
  const chunks = payloads.map((payload) => {
    const value: unknown = JSON.parse(payload);
    requireOpenAiSchema('CreateChatCompletionStreamResponse', value);
    return chunk.parse(value);
  });
  const isDone = last === '[DONE]';
  const first = chunks[0];
  for (const { id, created, model } of chunks) {
    const isSame = id === first?.id && created === first.created && model === first.model;
    demand(isSame, 'id, created and model are the same in every chunk', body);
  }
  return {
    id: first?.id ?? '',
    model: first?.model ?? '',
    choices: readChoices(chunks, isDone, body),
    usage: readUsage(chunks, isDone, options.includeUsage ?? false, body),
    error: isDone ? null : readChatError(last),
    comments,
    chunkCount: chunks.length,
  };
}

function payloadOf(frame: string, body: string): string {
  demand(/^data: [^\n]*$/.test(frame), 'a frame is one data line', body);
  return frame.slice('data: '.length);
}

function readUsage(chunks: readonly Chunk[], isDone: boolean, wanted: boolean, body: string) {
  const withUsage = chunks.filter((item) => item.usage != null);
  const last = chunks.at(-1);
  if (!isDone || !wanted) {
    demand(withUsage.length === 0, 'usage comes only where it was asked for', body);
    if (isDone) demand(!chunks.some(({ choices }) => choices.length === 0), 'each chunk has a choice', body);
    return null;
  }
  demand(withUsage.length === 1 && last === withUsage[0], 'usage comes once, in the last chunk', body);
  demand(last?.choices.length === 0, 'the chunk of the usage has no choices', body);
  return last?.usage ?? null;
}

function readChoices(chunks: readonly Chunk[], isDone: boolean, body: string): ReadChoice[] {
  const choices: ReadChoice[] = [];
  for (const item of chunks.flatMap((each) => each.choices)) {
    const known = choices[item.index];
    demand(
      (item.delta.role === 'assistant') === (known === undefined),
      'the role is in the first chunk of a choice',
      body,
    );
    const read = known ?? { text: '', reasoning: '', calls: [], functionCall: null, finishReason: null };
    choices[item.index] = read;
    demand(read.finishReason === null, 'nothing follows the finish of a choice', body);
    readDelta(item, read, body);
    read.finishReason = item.finish_reason;
  }
  demand(!isDone || choices.length > 0, 'an answer has a choice', body);
  for (let index = 0; index < choices.length; index += 1) {
    const read = choices[index];
    demand(read !== undefined, 'the indices of choices have no gap', body);
    if (read !== undefined && isDone) checkEnded(read, body);
  }
  return choices;
}

function readDelta({ delta }: StreamChoice, read: ReadChoice, body: string): void {
  read.text += delta.content ?? '';
  read.reasoning += delta.reasoning_content ?? '';
  for (const fragment of delta.tool_calls ?? []) {
    const known = read.calls[fragment.index];
    if (known === undefined) {
      demand(fragment.index === read.calls.length, 'the indices of calls count up', body);
      const isWhole =
        (fragment.id ?? '') !== '' && fragment.type === 'function' && (fragment.function?.name ?? '') !== '';
      demand(isWhole, 'the first fragment of a call has id, type and name', body);
      demand(!read.calls.some(({ id }) => id === fragment.id), 'the ids of calls differ', body);
      read.calls.push({ id: fragment.id ?? '', name: fragment.function?.name ?? '', arguments: '' });
    } else {
      demand(fragment.id === undefined && fragment.function?.name === undefined, 'later fragments are arguments', body);
    }
    const target = read.calls[fragment.index];
    if (target !== undefined) target.arguments += fragment.function?.arguments ?? '';
  }
  if (delta.function_call !== undefined) {
    read.functionCall ??= { name: delta.function_call.name ?? '', arguments: '' };
    read.functionCall.arguments += delta.function_call.arguments ?? '';
  }
}

function checkEnded(read: ReadChoice, body: string): void {
  demand(read.finishReason !== null, 'each choice finishes', body);
  const isCalling = read.finishReason === 'tool_calls';
  demand(isCalling === read.calls.length > 0, 'tool_calls is the reason exactly where there are calls', body);
  const given = [...read.calls, ...(read.functionCall === null ? [] : [read.functionCall])];
  for (const item of given) JSON.parse(item.arguments);
}

/** Reads a whole answer and checks it against OpenAI's schema and the same rules as a stream. */
export function readChatCompletion(body: string): ReadAnswer {
  const value: unknown = JSON.parse(body);
  requireOpenAiSchema('CreateChatCompletionResponse', value);
  const { id, model, choices, usage: counted } = completion.parse(value);
  demand(
    choices.every((item, place) => item.index === place),
    'choices are in order',
    body,
  );
  const read = choices.map(({ message, finish_reason }) => ({
    text: message.content ?? '',
    reasoning: message.reasoning_content ?? '',
    calls: (message.tool_calls ?? []).map((item) => ({ id: item.id, ...item.function })),
    functionCall: message.function_call ?? null,
    finishReason: finish_reason,
  }));
  for (const item of read) checkEnded(item, body);
  return { id, model, choices: read, usage: counted };
}

/** Reads the error of a body or stream event and checks it against OpenAI's schema. */
export function readChatError(body: string): ChatError {
  const value: unknown = JSON.parse(body);
  requireOpenAiSchema('ErrorResponse', value);
  return errorEvent.parse(value).error;
}
