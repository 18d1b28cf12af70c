import { z } from 'zod';

export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** JSON as written by the model; grows while streaming. */
  readonly arguments: string;
}

/** The content of a Chat Completions answer so far. */
export interface Answer {
  readonly text: string;
  readonly reasoning: string;
  readonly toolCalls: readonly ToolCall[];
  /** Data URLs. */
  readonly images: readonly string[];
  /** Signatures, which are sent back with the answer. */
  readonly details: readonly unknown[];
  /** Null until the end. */
  readonly finishReason: string | null;
  readonly usage: { readonly input: number; readonly output: number } | null;
  /** An error reported inside the stream. */
  readonly error: string | null;
}

export const emptyAnswer: Answer = {
  text: '',
  reasoning: '',
  toolCalls: [],
  images: [],
  details: [],
  finishReason: null,
  usage: null,
  error: null,
};

const image = z.object({ image_url: z.object({ url: z.string().startsWith('data:image/') }) });

const part = z.object({
  content: z.string().nullish(),
  refusal: z.string().nullish(),
  reasoning_content: z.string().nullish(),
  // Other servers may send images in another form.
  images: z.array(image).nullish().catch(null),
  reasoning_details: z.array(z.unknown()).nullish(),
  tool_calls: z
    .array(
      z.object({
        index: z.number().optional(),
        id: z.string().nullish(),
        function: z.object({ name: z.string().nullish(), arguments: z.string().nullish() }).optional(),
      }),
    )
    .nullish(),
});

/** A chunk or a whole completion: `delta` in the one, `message` in the other. */
const piece = z.object({
  choices: z
    .array(z.object({ delta: part.optional(), message: part.optional(), finish_reason: z.string().nullish() }))
    .optional(),
  usage: z.object({ prompt_tokens: z.number(), completion_tokens: z.number() }).nullish(),
  error: z.object({ message: z.string() }).optional(),
});

type Part = z.infer<typeof part>;

/** Adds one chunk to the answer. Anything that is not a valid chunk is ignored. */
export function addPiece(answer: Answer, json: unknown): Answer {
  const parsed = piece.safeParse(json);
  if (!parsed.success) return answer;
  const { choices, usage, error } = parsed.data;
  const choice = choices?.[0];
  const added = choice?.delta ?? choice?.message;
  return {
    text: answer.text + (added?.content ?? added?.refusal ?? ''),
    reasoning: answer.reasoning + (added?.reasoning_content ?? ''),
    toolCalls: addToolCalls(answer.toolCalls, added?.tool_calls),
    images: [...answer.images, ...(added?.images ?? []).map(({ image_url: { url } }) => url)],
    details: [...answer.details, ...(added?.reasoning_details ?? [])],
    finishReason: choice?.finish_reason ?? answer.finishReason,
    usage: usage ? { input: usage.prompt_tokens, output: usage.completion_tokens } : answer.usage,
    error: error?.message ?? answer.error,
  };
}

function addToolCalls(calls: readonly ToolCall[], fragments: Part['tool_calls']): readonly ToolCall[] {
  if (!fragments || fragments.length === 0) return calls;
  const grown = [...calls];
  fragments.forEach((fragment, position) => {
    const index = fragment.index ?? position;
    const before = grown[index] ?? { id: '', name: '', arguments: '' };
    grown[index] = {
      id: fragment.id ?? before.id,
      name: before.name + (fragment.function?.name ?? ''),
      arguments: before.arguments + (fragment.function?.arguments ?? ''),
    };
  });
  return grown;
}
