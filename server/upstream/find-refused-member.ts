import type { Failure } from '../conversation/failure.ts';
import { isRecord, readArray, readRecord } from '../lib/json.ts';

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
  if (reason !== undefined || (upstreamStatus !== 400 && upstreamStatus !== 422)) return undefined;
  const words = failure.evidence ?? failure.message;
  const type = findRefusedType(words, readBody) ?? findRefusedTool(words, parameter);
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
 * a call or a result.
 */
const invalidType =
  /Invalid value: ["'`](custom|(?:local_shell|shell|apply_patch)(?:_call(?:_output)?)?)["'`]\. Supported values are:/i;
/** OpenAI: `Tool 'local_shell' is not supported with gpt-5.1.` */
const unsupportedTool = /\btool ["'`]?(local_shell|shell|apply_patch)["'`]? is not supported/i;
/** OpenAI: `Unknown parameter: 'tools[0].custom'.` */
const unknownCustom = /unknown (?:parameter|field|name):? ["'`](?:tools|messages)[\w.[\]]{0,100}\bcustom\b/i;

/** @returns the type of tools, or of their calls or results, that the encoder can send in another form */
function findRefusedTool(words: string, parameter: string | undefined): string | undefined {
  if (unknownCustom.test(words)) return 'tools[].type=custom';
  const [, list] = /^(tools|input)(?:\[\d+\]|\.\d+)(?:\.type)?$/.exec(parameter ?? '') ?? [];
  const type = (list === undefined ? undefined : invalidType.exec(words)?.[1]) ?? unsupportedTool.exec(words)?.[1];
  return type === undefined ? undefined : `${list ?? 'tools'}[].type=${type}`;
}

/**
 * What models refuse in words that do not name a member, and the name that the encoders know it by. The second one is that of
 * a member, or of a value of a member, or what the encoder sends in another form.
 */
const refusedForms: readonly (readonly [RegExp, string])[] = [
  // Anthropic: `"thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive" …`.
  [/thinking\.type\.enabled\W{1,4}is not supported/i, 'thinking.type=enabled'],
  [/thinking\.type\.disabled\W{1,4}is not supported/i, 'thinking.type=disabled'],
  [/adaptive thinking is not supported|thinking: Input tag 'adaptive' found/i, 'thinking.type=adaptive'],
  [/does not support (?:the effort parameter|effort level)/i, 'output_config.effort'],
  [/does not support assistant message prefill/i, 'messages.prefill'],
  // Gemini: `Thinking level is not supported for this model.`, `… because thinking is not supported by this model.`
  [/thinking level is not supported/i, 'generationConfig.thinkingConfig.thinkingLevel'],
  [/\bthinking is not supported by this model/i, 'generationConfig.thinkingConfig'],
  // `The thinking budget 65536 is invalid. Please choose a value between …`, `Budget 0 is invalid. This model only works in …`
  [/\bbudget\b.{0,40}\bis invalid/i, 'generationConfig.thinkingConfig.thinkingBudget'],
  [/penalty is not enabled for/i, 'generationConfig.presencePenalty'],
  [/penalty is not enabled for/i, 'generationConfig.frequencyPenalty'],
];

/** The refusals that concern one value. The model accepts others. */
const refusesOneValue = /effort level|\bbudget\b.{0,40}\bis invalid/i;

/** @returns undefined if the body does not have it */
function findRefusedForm(words: string, readBody: () => unknown): string | undefined {
  const named = refusedForms.filter(([pattern]) => pattern.test(words));
  if (named.length === 0) return undefined;
  const body = readBody();
  return named.find(([, form]) => hasForm(body, form))?.[1];
}

function hasForm(body: unknown, form: string): boolean {
  if (form === 'messages.prefill') return readRecord(readArray(readRecord(body).messages).at(-1)).role === 'assistant';
  const [path = '', value] = form.split('=');
  const found = path.split('.').reduce<unknown>((holder, name) => readRecord(holder)[name], body);
  return value === undefined ? found !== undefined : found === value;
}

/** The messages in which vendors name a member that they do not accept. */
const patterns: readonly RegExp[] = [
  // Anthropic: `tools.23.custom.defer_loading: Extra inputs are not permitted`.
  /(?:^|\s)([\w.[\]-]+): Extra inputs are not permitted/i,
  // Bedrock: `Malformed input request: #: extraneous key [x] is not permitted, please reformat your input`.
  /extraneous key \[([\w.-]+)\] is not permitted/i,
  // Anthropic: `output_config.format: structured outputs are not supported for this model`.
  /(?:^|\s)([a-z_]+(?:\.\w+)*): [^.:]{0,80}\b(?:is|are) not supported/i,
  // OpenAI: `Unknown parameter: 'x'.`, `Unsupported value: 'temperature' does not support 0.2 with this model.`
  /(?:unknown|unsupported|unrecognized|unexpected) (?:request )?(?:parameter|argument|value|field|key)s?(?: supplied)?: ["'`]?([\w.[\]-]+)/i,
  // `temperature is deprecated for this model`, "'logprobs' is not supported with this model".
  /(?:^|[\s"'`])([\w.[\]-]+)["'`]?:? (?:is|are) (?:not (?:supported|permitted|allowed)|no longer supported|unsupported|deprecated)/i,
];
/** Gemini: `Unknown name "x" at 'generation_config': Cannot find field.` */
const unknownName = /unknown name \\?"([\w$-]+)\\?"(?: at '([\w.[\]-]+)')?/i;

function namesIn(words: string): string[] {
  const gemini = unknownName.exec(words);
  const names = patterns.flatMap((pattern) => pattern.exec(words)?.[1] ?? []);
  if (gemini === null) return names;
  const [, name = '', at] = gemini;
  return [at === undefined ? name : `${at}.${name}`, ...names];
}

/** Without one of these words, the named parameter may just have an invalid value. */
function isRefusal(words: string): boolean {
  return /not (?:supported|permitted|allowed)|unsupported|unknown|unrecognized|does not support|deprecated/i.test(
    words,
  );
}

/** True when the vendor does not know the member at all, so that no value of it could have an effect. */
function isUnknown(words: string): boolean {
  return /\b(?:unknown|unrecognized) (?:request )?(?:parameter|argument|field|key|name)|extra inputs are not permitted|extraneous key/i.test(
    words,
  );
}

/** True when the refusal is about a combination of members. */
function isConditional(words: string): boolean {
  return /\b(?:when|while|if|unless|together|both|either|in combination)\b/i.test(words);
}

/** True when the refusal names the values that the model accepts, other than the default. */
function listsValues(words: string): boolean {
  return /\b(?:supported|allowed|valid|accepted|permitted) (?:values|options) are|\b(?:must|should) be (?:one|either) of/i.test(
    words,
  );
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
    const name = isRecord(value) ? Object.keys(value).find((key) => plain(key) === plain(step)) : undefined;
    if (name !== undefined && isRecord(value) && (isLast || typeof value[name] === 'object')) {
      path.push(name);
      value = value[name];
    } else if (isLast) return undefined;
  }
  return path.length === 0 || path.at(-1)?.endsWith('[]') ? undefined : path;
}

function plain(name: string): string {
  return name.replaceAll('_', '').toLowerCase();
}

/**
 * Members that can be dropped without changing the meaning of the request: sampling, caching, accounting, delivery, and
 * hints the model may ignore. Not the prompt, the tools, or the length and format of the answer.
 */
const optionalMembers: ReadonlySet<string> = new Set(
  [
    'temperature',
    'top_p',
    'top_k',
    'seed',
    'frequency_penalty',
    'presence_penalty',
    'metadata',
    'user',
    'safety_identifier',
    'service_tier',
    'store',
    'prompt_cache_key',
    'prompt_cache_retention',
    'stream_options',
    'verbosity',
    'reasoning_effort',
    'context_management',
    'cache_control',
    'ttl',
    'strict',
    'defer_loading',
    'eager_input_streaming',
    'input_examples',
    'allowed_callers',
    'inference_geo',
    'speed',
    'truncation',
    'labels',
    'prediction',
    'thinking_level',
    'include_thoughts',
    'media_resolution',
  ].map(plain),
);
/**
 * Full paths of members that the encoder can replace once it knows that they are refused, or that only the vendor
 * itself supports. Without them the request is answered as on any other vendor's route.
 */
const replaceableMembers: ReadonlySet<string> = new Set([
  'output_config',
  'output_config.format',
  'output_config.effort',
  'output_format',
  'thinking.display',
  'reasoning.effort',
  'mcp_servers',
]);
/** Members with client-defined content, in which names have no fixed meaning. */
const clientsOwn: ReadonlySet<string> = new Set(
  [
    'input_schema',
    'parameters',
    'parameters_json_schema',
    'schema',
    'json_schema',
    'response_schema',
    'response_json_schema',
    'input',
    'args',
    'arguments',
  ].map(plain),
);

function mayBeLeftOut(path: readonly string[]): boolean {
  if (replaceableMembers.has(path.join('.'))) return true;
  const names = path.map((step) => plain(step.replaceAll('[]', '')));
  return optionalMembers.has(names.at(-1) ?? '') && !names.slice(0, -1).some((name) => clientsOwn.has(name));
}

/**
 * Members that carry the conversation, the tools, or the length and format of the answer, in any API's terms. If a
 * vendor does not know one of them, the request is in the wrong format; without it, it would mean something else.
 */
const meaningfulMembers: ReadonlySet<string> = new Set(
  [
    ...['model', 'messages', 'instructions', 'system', 'contents', 'system_instruction', 'prompt'],
    ...['tools', 'tool_choice', 'tool_config', 'functions', 'function_call', 'function_declarations', 'stream', 'n'],
    ...['max_tokens', 'max_completion_tokens', 'max_output_tokens', 'stop', 'stop_sequences', 'candidate_count'],
    ...['response_format', 'text', 'format', 'generation_config', 'thinking', 'reasoning', 'parallel_tool_calls'],
    ...['response_mime_type', 'response_schema', 'response_json_schema', 'thinking_config', 'safety_settings'],
    ...['role', 'content', 'parts', 'type', 'id', 'name', 'call_id', 'tool_call_id', 'tool_use_id', 'tool_calls'],
    ...[
      'source',
      'data',
      'url',
      'file_data',
      'file_url',
      'image_url',
      'video_url',
      'input_audio',
      'inline_data',
      'media_type',
    ],
    ...['mime_type', 'arguments', 'args', 'input', 'output', 'response', 'function', 'function_response', 'summary'],
    ...[
      'description',
      'parameters',
      'input_schema',
      'schema',
      'json_schema',
      'is_error',
      'refusal',
      'signature',
      'custom',
    ],
    ...['encrypted_content', 'thought', 'thought_signature', 'document', 'image', 'file', 'previous_response_id'],
    ...['conversation', 'background', 'cached_content', 'allowed_function_names', 'mode'],
  ].map(plain),
);

/** Members that mean something in a message or a tool, but nothing in a request: chat programs send their own data. */
const partsOwn: ReadonlySet<string> = new Set(['id', 'name', 'type', 'role', 'description', 'source', 'url']);

function isExtra(path: readonly string[]): boolean {
  if (path.length === 1 && partsOwn.has(plain(path[0] ?? ''))) return true;
  // The `input` of a call is an object; the list of that name is a conversation.
  return (
    !meaningfulMembers.has(plain(path.at(-1) ?? '')) && !path.slice(0, -1).some((step) => clientsOwn.has(plain(step)))
  );
}
