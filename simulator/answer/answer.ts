import type { Behaviour } from '../behaviour.ts';
import type { InputTokens } from '../cache/measure-input.ts';
import { parseExactJson } from '../exact-json.ts';
import type { Prompt, PromptTool, ReasoningDisplay } from './prompt.ts';
import { sampleSchema } from './schema-sample.ts';

/** A call; `input` is the text itself for a custom tool. */
export type AnswerToolCall = Omit<PromptTool, 'schema'> & {
  readonly input: unknown;
  /** The arguments as JSON text, or the text itself; they need not be valid JSON. */
  readonly written: string;
  /** What a route adds to the call as `extra_content`. */
  readonly extraContent?: object;
};

export type FinishKind = 'stop' | 'stop-sequence' | 'length' | 'tool-calls' | 'refusal';

/** The simulated model's answer, independent of the wire format. Tokens are counted, not billed. */
export type Answer = {
  readonly number: number;
  readonly created: number;
  readonly model: string;
  /** How much of the reasoning the answer contains. */
  readonly reasoningDisplay: ReasoningDisplay;
  /** The reasoning text in streaming pieces, whether shown or not. */
  readonly reasoningPieces: readonly string[];
  /** The text in streaming pieces. */
  readonly textPieces: readonly string[];
  readonly toolCalls: readonly AnswerToolCall[];
  readonly finish: FinishKind;
  /** The stop sequence that ended the text. */
  readonly stopSequence: string | null;
  /** `input` includes what was read from the cache (`cached`) and written to it; `output` includes `reasoning`. */
  readonly usage: {
    readonly input: number;
    readonly output: number;
    readonly cached: number;
    readonly written: number;
    readonly reasoning: number;
  };
};

/**
 * Composes the answer to a prompt; the same prompt, behaviour and number give the same answer.
 * `number` counts the answers, `created` is in seconds since 1970.
 */
export function composeAnswer(
  prompt: Prompt,
  behaviour: Behaviour,
  { number, created, input }: { readonly number: number; readonly created: number; readonly input: InputTokens },
): Answer {
  const isRefusal = behaviour.refusal !== '';
  const isEmpty = behaviour.words === 'none';
  const toolCalls = isRefusal || isEmpty ? [] : chooseToolCalls(prompt, behaviour);
  const whole = isEmpty ? '' : composeText(prompt, behaviour, toolCalls.length > 0);
  const limited =
    behaviour.parameters === 'honour'
      ? limitText(whole, prompt)
      : { text: whole, finish: 'stop' as const, stopSequence: null };
  const display = chooseDisplay(prompt, behaviour);
  const reasoning = display === 'none' ? '' : behaviour['reasoning-text'];
  const reasoningTokens = countTokens(reasoning.length);
  const callLength = toolCalls.reduce((length, { name, written }) => length + name.length + written.length + 20, 0);
  return {
    number,
    created,
    model: behaviour['answer-model'] === 'same' ? prompt.model : behaviour['answer-model'],
    reasoningDisplay: display,
    reasoningPieces: reasoning === '' ? [] : cutWords(reasoning),
    textPieces: cutText(limited.text, behaviour),
    toolCalls,
    finish: isRefusal ? 'refusal' : toolCalls.length > 0 ? 'tool-calls' : limited.finish,
    stopSequence: toolCalls.length > 0 ? null : limited.stopSequence,
    usage:
      behaviour.usage === 'zeros'
        ? noUsage
        : {
            ...input,
            output:
              behaviour['output-tokens'] ||
              Math.max(1, countTokens(limited.text.length + callLength) + reasoningTokens),
            reasoning: reasoningTokens,
          },
  };
}

const noUsage: Answer['usage'] = { input: 0, cached: 0, written: 0, output: 0, reasoning: 0 };

/** As the request asks, unless the `reasoning` knob overrides it. */
function chooseDisplay(prompt: Prompt, behaviour: Behaviour): ReasoningDisplay {
  switch (behaviour.reasoning) {
    case 'auto':
      return prompt.reasoning;
    case 'none':
      return 'none';
    default:
      return 'shown';
  }
}

/** A token for every four UTF-16 units, rounded up. */
function countTokens(length: number): number {
  return Math.ceil(length / 4);
}

function chooseToolCalls(prompt: Prompt, behaviour: Behaviour): readonly AnswerToolCall[] {
  const wanted = wantedTools(prompt, behaviour);
  if (wanted.length === 0) return [];
  const forced = prompt.tools.find((tool) => tool.name === behaviour['tool-name']);
  const called = forced === undefined ? wanted : [forced];
  const count = behaviour['tool-call-count'];
  return Array.from({ length: count }, (_, index) => {
    const { schema, ...tool } = called[index % called.length] ?? { name: 'tool', schema: {} };
    return writeCall({ ...tool, name: behaviour['tool-name'] || tool.name }, schema, prompt, behaviour);
  });
}

/** A call with arguments generated from its schema, or set by the knob. */
function writeCall(
  tool: Omit<PromptTool, 'schema'>,
  schema: unknown,
  prompt: Prompt,
  behaviour: Behaviour,
): AnswerToolCall {
  const word = prompt.userText || 'text';
  const forced = behaviour['tool-arguments-text'];
  if (tool.isCustom === true) return { ...tool, input: forced || word, written: forced || word };
  const sampled = sampleSchema(schema, word);
  if (forced === '') return { ...tool, input: sampled, written: JSON.stringify(sampled) };
  return { ...tool, input: parseExactJson(forced) ?? {}, written: forced };
}

/** The tools to call: none, the named one, or all, of which the first is taken first. */
function wantedTools(prompt: Prompt, behaviour: Behaviour): readonly PromptTool[] {
  if (prompt.tools.length === 0 || prompt.toolChoice === 'none' || behaviour['tool-calls'] === 'never') return [];
  if (behaviour['tool-calls'] === 'always') return namedFirst(prompt);
  if (prompt.lastRole === 'tool') return [];
  if (typeof prompt.toolChoice === 'object') {
    const { name } = prompt.toolChoice;
    return prompt.tools.filter((tool) => tool.name === name);
  }
  return prompt.toolChoice === 'required' || asksForTool(prompt) ? namedFirst(prompt) : [];
}

function asksForTool(prompt: Prompt): boolean {
  const said = prompt.userText.toLowerCase();
  return /\btools?\b|工具/.test(said) || prompt.tools.some((tool) => said.includes(tool.name.toLowerCase()));
}

/** Tools whose name the user wrote come before the others. */
function namedFirst(prompt: Prompt): readonly PromptTool[] {
  const said = prompt.userText.toLowerCase();
  const isNamed = (tool: PromptTool): boolean => said.includes(tool.name.toLowerCase());
  return [...prompt.tools.filter(isNamed), ...prompt.tools.filter((tool) => !isNamed(tool))];
}

function composeText(prompt: Prompt, behaviour: Behaviour, callsTools: boolean): string {
  if (behaviour.refusal !== '') return behaviour.refusal;
  if (behaviour.text !== '') return behaviour.text;
  if (callsTools) return '';
  const format = behaviour['response-format'];
  if (prompt.responseFormat !== null && format !== 'ignore') {
    const { schema } = prompt.responseFormat;
    const sampled = schema === undefined ? { answer: prompt.userText } : sampleSchema(schema, prompt.userText);
    const json = JSON.stringify(sampled);
    return format === 'fenced' ? `\`\`\`json\n${json}\n\`\`\`` : json;
  }
  if (prompt.lastRole === 'tool') return `The tool answered: ${prompt.toolResults.join(' ; ')}`;
  const images =
    prompt.imageCount === 0 ? '' : ` (with ${prompt.imageCount} image${prompt.imageCount === 1 ? '' : 's'})`;
  return `You said: ${prompt.userText}${images}`;
}

type LimitedText = {
  readonly text: string;
  readonly finish: FinishKind;
  readonly stopSequence: string | null;
};

function limitText(text: string, prompt: Prompt): LimitedText {
  const found = prompt.stop
    .map((stop) => ({ stop, at: text.indexOf(stop) }))
    .filter(({ at }) => at !== -1)
    .sort((one, other) => one.at - other.at)[0];
  const stopped = found === undefined ? text : text.slice(0, found.at);
  if (prompt.maxTokens !== null && countTokens(stopped.length) > prompt.maxTokens) {
    const kept = stopped.slice(0, prompt.maxTokens * 4).replace(/[\ud800-\udbff]$/, '');
    return { text: kept, finish: 'length', stopSequence: null };
  }
  return found === undefined
    ? { text: stopped, finish: 'stop', stopSequence: null }
    : { text: stopped, finish: 'stop-sequence', stopSequence: found.stop };
}

/**
 * Splits by words, by characters (`chunk-size`), or into exactly `chunks` pieces, repeating the text if it is too
 * short.
 */
function cutText(text: string, behaviour: Behaviour): readonly string[] {
  if (text === '') return [];
  if (behaviour.chunks > 0) return cutIntoCount(text, behaviour.chunks);
  if (behaviour['chunk-size'] > 0) return cutBySize(text, behaviour['chunk-size']);
  return cutWords(text);
}

function cutWords(text: string): readonly string[] {
  return text.match(/\s*\S+\s*$|\s*\S+/g) ?? [text];
}

/** Splits after every `size` characters, never inside a surrogate pair. */
export function cutBySize(text: string, size: number): readonly string[] {
  const characters = [...text];
  const pieces: string[] = [];
  for (let at = 0; at < characters.length; at += size) pieces.push(characters.slice(at, at + size).join(''));
  return pieces;
}

function cutIntoCount(text: string, count: number): readonly string[] {
  const words = cutWords(text);
  if (words.length >= count) return [...words.slice(0, count - 1), words.slice(count - 1).join('')];
  return Array.from({ length: count }, (_, index) => words[index % words.length] ?? '');
}
