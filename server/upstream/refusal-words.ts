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

/** The members that a message refuses, as it names them. */
export function namesIn(words: string): string[] {
  const gemini = unknownName.exec(words);
  const names = patterns.flatMap((pattern) => pattern.exec(words)?.[1] ?? []);
  if (gemini === null) return names;
  const [, name = '', at] = gemini;
  return [at === undefined ? name : `${at}.${name}`, ...names];
}

const refusalWords =
  /not (?:supported|permitted|allowed)|unsupported|unknown|unrecognized|does not support|deprecated|must be verified to generate/i;

/** Without one of these words, the named parameter may just have an invalid value. */
export function isRefusal(words: string): boolean {
  return refusalWords.test(words);
}

/** True when the vendor does not know the member at all, so that no value of it could have an effect. */
export function isUnknown(words: string): boolean {
  return /\b(?:unknown|unrecognized) (?:request )?(?:parameter|argument|field|key|name)|extra inputs are not permitted|extraneous key/i.test(
    words,
  );
}

/** True when the refusal is about a combination of members. */
export function isConditional(words: string): boolean {
  return /\b(?:when|while|if|unless|together|both|either|in combination)\b/i.test(words);
}

/** True when the refusal names the values that the model accepts, other than the default. */
export function listsValues(words: string): boolean {
  return /\b(?:supported|allowed|valid|accepted|permitted) (?:values|options) are|\b(?:must|should) be (?:one|either) of/i.test(
    words,
  );
}
