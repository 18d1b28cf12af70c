import type { Failure } from '../conversation/failure.ts';
import { isRecord } from '../lib/json.ts';

/** A member of a request's body that a model refused, and that can be left out. */
export interface RefusedMember {
  /** As `RouteTarget.refusedMembers` has it: `tools[].strict`. */
  readonly path: string;
  /** The model never takes it; otherwise only not beside what else this request had. */
  readonly always: boolean;
}

/**
 * Reads in the vendor's words which member of the body it refuses.
 *
 * @param readBody gives what was sent, parsed: asked only when a member is named
 * @returns undefined when none is named, or one that the request would mean something else without
 */
export function findRefusedMember(failure: Failure, readBody: () => unknown): RefusedMember | undefined {
  const { kind, fault, reason, upstreamStatus, parameter } = failure;
  if (kind !== 'invalid-request' || fault !== 'request') return undefined;
  if (reason !== undefined || (upstreamStatus !== 400 && upstreamStatus !== 422)) return undefined;
  const words = failure.evidence ?? failure.message;
  const names = [...namesIn(words), ...(parameter === undefined || !isRefusal(words) ? [] : [parameter])];
  if (names.length === 0) return undefined;
  const body = readBody();
  for (const named of names) {
    const path = locate(body, stepsOf(named));
    if (path !== undefined && mayBeLeftOut(path)) return { path: path.join('.'), always: !isConditional(words) };
  }
  return undefined;
}

/** The words in which vendors name a member that they do not take. */
const patterns: readonly RegExp[] = [
  // Anthropic: `tools.23.custom.defer_loading: Extra inputs are not permitted`.
  /(?:^|\s)([\w.[\]-]+): Extra inputs are not permitted/i,
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

/** Without such words, a parameter that is named may as well only have a wrong value. */
function isRefusal(words: string): boolean {
  return /not (?:supported|permitted|allowed)|unsupported|unknown|unrecognized|does not support|deprecated/i.test(
    words,
  );
}

/** The refusal is about members that do not go together. */
function isConditional(words: string): boolean {
  return /\b(?:when|while|if|unless|together|both|either|in combination)\b/i.test(words);
}

/** `tools.23.custom.defer_loading`, `tools[0].strict` → the steps, an item's number among them. */
function stepsOf(path: string): readonly string[] {
  return path
    .slice(0, 200)
    .split(/[.[\]]+/)
    .filter((step) => step !== '');
}

/**
 * Follows the path through the body. A validator's path has names of alternatives that are no members (`custom`): what the
 * body has not got is passed over, but for the last step. Names may be written `like_this` or `likeThis`.
 *
 * @returns the path as the body has it, `[]` for an item of a list
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
    const name = isRecord(value) ? Object.keys(value).find((key) => plain(key) === plain(step)) : undefined;
    if (name !== undefined && isRecord(value)) {
      path.push(name);
      value = value[name];
    } else if (index === steps.length - 1) return undefined;
  }
  return path.length === 0 || path.at(-1)?.endsWith('[]') ? undefined : path;
}

function plain(name: string): string {
  return name.replaceAll('_', '').toLowerCase();
}

/**
 * Members without which an answer means the same: how it is sampled, cached, counted, delivered, or hints that the model may
 * ignore. Not what is asked, which tools there are, how long or in which form the answer is to be.
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
 * Whole paths of members that say what the encoder can say in another way, once it is told that they are refused, or what
 * only the vendor itself can do: without, the request is answered as it is on every other vendor's route.
 */
const replaceableMembers: ReadonlySet<string> = new Set([
  'output_config',
  'output_config.format',
  'output_config.effort',
  'output_format',
  'thinking.display',
  'mcp_servers',
]);
/** What lies within is the client's own, whatever its names. */
const clientsOwn: ReadonlySet<string> = new Set(
  [
    'input_schema',
    'parameters',
    'parameters_json_schema',
    'schema',
    'json_schema',
    'response_schema',
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
