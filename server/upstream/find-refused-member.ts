import type { Failure } from '../conversation/failure.ts';
import { isRecord, readArray, readRecord, readString } from '../lib/json.ts';
import { isExtra, mayBeLeftOut, toPlainName } from './omittable-members.ts';
import { isConditional, isRefusal, isUnknown, listsValues, namesIn } from './refusal-words.ts';

/** A member of a request body that a model refused and that can be left out. */
export interface RefusedMember {
  /** In the format of `RouteTarget.refusedMembers`: `tools[].strict`, `tools[].type=web_search_20250305`. */
  readonly path: string;
  /**
   * True when the model never accepts it; false when it only conflicts with other members of this request, or the model
   * accepts other values.
   */
  readonly always: boolean;
}

/**
 * Finds the member of the body that the vendor's message refuses.
 *
 * @param readBody parses the request body; called only when the message names a member
 * @returns undefined when the message names no member, or one that cannot be left out without changing the request
 */
export function findRefusedMember(failure: Failure, readBody: () => unknown): RefusedMember | undefined {
  const { kind, fault, reason, upstreamStatus, parameter } = failure;
  if (kind !== 'invalid-request' || fault !== 'request') return undefined;
  // An error inside a 200 response has no status of its own.
  const wasRefused = upstreamStatus === undefined || upstreamStatus === 400 || upstreamStatus === 422;
  if (reason !== undefined || !wasRefused) return undefined;
  const words = failure.evidence ?? failure.message;
  const type =
    findRefusedType(words, readBody) ?? findRefusedTool(words, parameter) ?? findRefusedServerTool(words, readBody);
  if (type !== undefined) return { path: type, always: true };
  const form = findRefusedForm(words, readBody);
  if (form !== undefined) return { path: form, always: !refusesOneValue.test(words) };
  const names = [...namesIn(words), ...(parameter === undefined || !isRefusal(words) ? [] : [parameter])];
  if (names.length === 0) return undefined;
  const body = readBody();
  for (const named of names) {
    const path = locate(body, stepsOf(named));
    if (path === undefined || !(mayBeLeftOut(path) || (isUnknown(words) && isExtra(path)))) continue;
    return { path: path.join('.'), always: !isConditional(words) && !listsValues(words) };
  }
  return undefined;
}

/**
 * Anthropic: `tools.0: Input tag 'x' found using 'type' does not match any of the expected tags: 'custom'`. Its own types
 * of blocks and tools are accepted on some of its platforms only.
 */
const unknownType = /(?:^|\s)([\w.[\]-]{1,200}): Input tag '([\w-]{1,100})' found using 'type' does not match any/i;
/** Lists whose items can be left out, or sent in another form, by their type. */
const typedLists: ReadonlySet<string> = new Set([
  'tools[].type',
  'messages[].content[].type',
  'messages[].content[].content[].type',
]);
/** Types without which a request means something else. */
const meaningfulTypes: ReadonlySet<string> = new Set([
  ...['custom', 'text', 'image', 'document', 'search_result', 'thinking', 'redacted_thinking', 'tool_use'],
  'tool_result',
]);

/** @returns the type of a block or tool, in the format `tools[].type=web_search_20250305` */
function findRefusedType(words: string, readBody: () => unknown): string | undefined {
  const [, at, type] = unknownType.exec(words) ?? [];
  if (at === undefined || type === undefined || meaningfulTypes.has(type)) return undefined;
  const path = locate(readBody(), [...stepsOf(at), 'type'])?.join('.');
  return path !== undefined && typedLists.has(path) ? `${path}=${type}` : undefined;
}

/**
 * OpenAI: `Invalid value: 'custom'. Supported values are: 'function'.`, and the parameter `tools[0].type`, or `input[1]` for
 * an item.
 */
const invalidType = /Invalid value: ["'`]([\w:-]{1,100})["'`]\. Supported values are:/i;
/** OpenAI: `Tool 'local_shell' is not supported with gpt-5.1.`, `Hosted tool 'web_search' is not supported with …` */
const unsupportedTool = /\btool ["'`]?(\w{1,100})["'`]? is not supported/i;
/** Items without which a conversation means something else. */
const meaningfulItems: ReadonlySet<string> = new Set([
  ...['message', 'function_call', 'function_call_output', 'custom_tool_call', 'custom_tool_call_output', 'function'],
  ...['item_reference', 'compaction'],
]);
/** OpenAI: `Unknown parameter: 'tools[0].custom'.` */
const unknownCustom = /unknown (?:parameter|field|name):? ["'`](?:tools|messages)[\w.[\]]{0,100}\bcustom\b/i;

/** @returns the type of tools or items that the encoder can send in another form, or leave out */
function findRefusedTool(words: string, parameter: string | undefined): string | undefined {
  if (unknownCustom.test(words)) return 'tools[].type=custom';
  const [, list] = /^(tools|input)(?:\[\d+\]|\.\d+)(?:\.type)?$/.exec(parameter ?? '') ?? [];
  const type = (list === undefined ? undefined : invalidType.exec(words)?.[1]) ?? unsupportedTool.exec(words)?.[1];
  return type === undefined || meaningfulItems.has(type) ? undefined : `${list ?? 'tools'}[].type=${type}`;
}

/**
 * Vertex AI: `Organization Policy constraint constraints/vertexai.allowedPartnerModelFeatures violated … attempting to use a
 * disallowed feature web_search for Partner model …`. Others: `The use of the web search tool is not supported.`
 */
const refusedFeature = /\bdisallowed feature (\w{1,50})|\buse of the (\w{1,20} \w{1,20}) tool is not supported/i;

/** @returns the type of a tool that the vendor runs */
function findRefusedServerTool(words: string, readBody: () => unknown): string | undefined {
  const [, feature, tool] = refusedFeature.exec(words) ?? [];
  const name = (feature ?? tool)?.replace(' ', '_').toLowerCase();
  if (name === undefined) return undefined;
  const types = readArray(readRecord(readBody()).tools).map((each) => readString(readRecord(each).type) ?? '');
  const type = types.find((each) => each.startsWith(`${name}_`));
  return type === undefined ? undefined : `tools[].type=${type}`;
}

const effortValueRefusal = /\boutput_config\.effort\b.{0,100}(?:should be|expected|supported (?:values|levels))/i;
const thinkingLevelRefusal = /\bthinking level (?:\w{1,20} )?is not supported/i;
const thinkingBudgetRefusal = /\bbudget\b.{0,40}\bis invalid|\bthinking budget is not supported/i;

/**
 * Refusals that do not name a member, and the name by which the encoders know the refused part: a member, a value of a
 * member, or something that the encoder can send in another form. The third entry is what to leave out, if that is more.
 */
const refusedForms: readonly (readonly [RegExp, string, string?])[] = [
  // Anthropic: `"thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive" …`.
  [/thinking\.type\.enabled\W{1,4}is not supported/i, 'thinking.type=enabled'],
  [/thinking\.type\.disabled\W{1,4}is not supported/i, 'thinking.type=disabled'],
  [/adaptive thinking is not supported|thinking: Input tag 'adaptive' found/i, 'thinking.type=adaptive'],
  [/does not support (?:the effort parameter|effort level)/i, 'output_config.effort'],
  // `output_config.effort: Input should be 'low', 'medium', 'high' or 'max'`; proxies have other words.
  [effortValueRefusal, 'output_config.effort=xhigh', 'output_config.effort'],
  [effortValueRefusal, 'output_config.effort=max', 'output_config.effort'],
  [/does not support assistant message prefill/i, 'messages.prefill'],
  // Vertex AI, whose organizations have to allow it: `… attempting to use a disallowed feature structured_outputs …`
  [/\bdisallowed feature structured_outputs\b/i, 'output_config.format'],
  // Bedrock: `invalid beta flag`. Vertex AI: ``Unexpected value(s) `x` for the `anthropic-beta` header``.
  [/\binvalid beta flag|for the `anthropic-beta` header/i, 'anthropic_beta'],
  // Gemini: `Thinking level MINIMAL is not supported for this model. Please retry with other thinking level.`
  [thinkingLevelRefusal, 'generationConfig.thinkingConfig.thinkingLevel'],
  // `… because thinking is not supported by this model.`
  [/\bthinking is not supported by this model/i, 'generationConfig.thinkingConfig'],
  // `The thinking budget 65536 is invalid. Please choose a value between …`, `Budget 0 is invalid. This model only works in …`
  [thinkingBudgetRefusal, 'generationConfig.thinkingConfig.thinkingBudget'],
  // The same of Gemini behind Chat Completions.
  [thinkingLevelRefusal, 'reasoning_effort'],
  [thinkingBudgetRefusal, 'reasoning_effort'],
  [/\bthinking is not supported by this model/i, 'reasoning_effort'],
  // OpenAI: `The following tools cannot be used with reasoning.effort 'minimal': web_search.`
  [/\bcannot be used with reasoning\.effort/i, 'reasoning.effort'],
  [/penalty is not enabled for/i, 'generationConfig.presencePenalty'],
  [/penalty is not enabled for/i, 'generationConfig.frequencyPenalty'],
];

/** The refusals that concern one value. The model accepts others. */
const refusesOneValue =
  /effort level|\beffort\b.{0,100}(?:should be|expected|supported values)|\bbudget\b.{0,40}\bis invalid|thinking level \w+ is not supported|reasoning\.effort ["'`]\w/i;

/** @returns undefined if the body does not have it */
function findRefusedForm(words: string, readBody: () => unknown): string | undefined {
  const named = refusedForms.filter(([pattern]) => pattern.test(words));
  if (named.length === 0) return undefined;
  const body = readBody();
  const [, form, path = form] = named.find(([, each]) => hasForm(body, each)) ?? [];
  return path;
}

function hasForm(body: unknown, form: string): boolean {
  if (form === 'messages.prefill') return readRecord(readArray(readRecord(body).messages).at(-1)).role === 'assistant';
  const [path = '', value] = form.split('=');
  const found = path.split('.').reduce<unknown>((holder, name) => readRecord(holder)[name], body);
  return value === undefined ? found !== undefined : found === value;
}

/** Splits `tools.23.custom.defer_loading` or `tools[0].strict` into names and item indexes. */
function stepsOf(path: string): readonly string[] {
  return path
    .slice(0, 200)
    .split(/[.[\]]+/)
    .filter((step) => step !== '');
}

/**
 * Follows a validator's path through the body. Such a path can contain the names of schema alternatives (`custom`), so
 * steps that the body does not have, or that lead no further, are skipped, except the last one. Names match in
 * snake_case or camelCase.
 *
 * @returns the path in the body's own names, with `[]` for list items
 */
function locate(body: unknown, steps: readonly string[]): string[] | undefined {
  const path: string[] = [];
  let value = body;
  for (const [index, step] of steps.entries()) {
    if (Array.isArray(value) && /^\d+$/.test(step)) {
      const last = path.pop();
      if (last === undefined) return undefined;
      path.push(`${last}[]`);
      value = value[Number(step)];
      continue;
    }
    const isLast = index === steps.length - 1;
    const plain = toPlainName(step);
    const name =
      isRecord(value) && plain !== '' ? Object.keys(value).find((key) => toPlainName(key) === plain) : undefined;
    if (name !== undefined && isRecord(value) && (isLast || typeof value[name] === 'object')) {
      path.push(name);
      value = value[name];
    } else if (isLast) return undefined;
  }
  return path.length === 0 || path.at(-1)?.endsWith('[]') ? undefined : path;
}
