import { ownEntry } from '../lib/own-entry.ts';
import type { ErrorDetails } from './error-body.ts';

/** The HTTP status of each vendor error code, type and status word (in lower case). */
const statusOfWord: Readonly<Record<string, number>> = {
  authentication_error: 401,
  invalid_api_key: 401,
  unauthenticated: 401,
  unauthorized: 401,
  permission_error: 403,
  permission_denied: 403,
  forbidden: 403,
  accessdeniedexception: 403,
  not_found: 404,
  not_found_error: 404,
  model_not_found: 404,
  resourcenotfoundexception: 404,
  request_too_large: 413,
  rate_limited: 429,
  rate_limit_error: 429,
  rate_limit_exceeded: 429,
  resource_exhausted: 429,
  too_many_requests: 429,
  insufficient_quota: 429,
  throttlingexception: 429,
  servicequotaexceededexception: 429,
  billing_error: 402,
  invalid_request_error: 400,
  invalid_argument: 400,
  invalid_request: 400,
  bad_request: 400,
  failed_precondition: 400,
  validation_error: 400,
  validationexception: 400,
  context_length_exceeded: 400,
  content_filter: 400,
  content_policy_violation: 400,
  overloaded_error: 529,
  unavailable: 503,
  service_unavailable: 503,
  serviceunavailableexception: 503,
  deadline_exceeded: 504,
  timeout_error: 504,
  modeltimeoutexception: 504,
  api_error: 500,
  internal: 500,
  internal_error: 500,
  internal_server_error: 500,
  server_error: 500,
  internalserverexception: 500,
};

/** True for the vendors' types and codes of rate limits. AWS also sends its exceptions with status 400. */
export function isThrottleWord({ words }: ErrorDetails): boolean {
  return words.some((word) => ownEntry(statusOfWord, word) === 429);
}

/** Guesses the status of an error inside a 200 response, from its number, its code or its message; otherwise 500. */
export function guessStatus(details: ErrorDetails): number {
  if (details.status !== undefined) return details.status;
  for (const word of details.words) {
    const status = ownEntry(statusOfWord, word);
    if (status !== undefined) return status;
  }
  const message = details.message ?? '';
  if (details.html) return 502;
  if (isEntitlement(details)) return 403;
  if (isLimitOfAccount(details) || /rate.?limit|too many requests|usage resets|\bquota\b/i.test(message)) return 429;
  if (/overloaded/i.test(message)) return 529;
  if (namesUnknownModel(message) || isContextOverflow(details) || isContentRefusal(details)) return 400;
  return 500;
}

/** The proxy's status words for an account that may not use the gateway (protocol notes, section 4). */
const entitlementWord =
  /^(?:user_blocked|user_not_authorized(?:_for_ai)?|product_not_installed|cli_disabled|beta_ai_features_disabled|feature_disabled_(?:(?:org|site|workspace|repository)_level|paid_only))$/;

export function isEntitlement({ words }: ErrorDetails): boolean {
  return words.some(isEntitlementWord);
}

/** @param word a status in lower case */
export function isEntitlementWord(word: string): boolean {
  return entitlementWord.test(word);
}

const dayWord = /^(?:daily|monthly)_limit_exceeded$/;

export function isMinuteLimit({ words }: ErrorDetails): boolean {
  return words.includes('minute_limit_exceeded');
}

export function isDailyLimit({ words, message = '' }: ErrorDetails): boolean {
  return words.includes('daily_limit_exceeded') || /\bdaily (?:limit|usage)/i.test(message);
}

/** True for the proxy's own limits, which apply to the account: a status word, a balance, or the captured text. */
export function isLimitOfAccount({ words, hasBalance, message = '' }: ErrorDetails): boolean {
  if (hasBalance || words.includes('rate_limited') || words.includes('minute_limit_exceeded')) return true;
  return words.some((word) => dayWord.test(word)) || /usage resets in|used up your credits/i.test(message);
}

export function isConcurrency(details: ErrorDetails): boolean {
  return /concurren|simultaneous|in parallel|in.flight/i.test(wordsOf(details));
}

/** True when the message says that the limit applies to the user or account. */
export function isUsersOwn({ message = '' }: ErrorDetails): boolean {
  return /\b(?:user|account)\b/i.test(message);
}

export function isQuota(details: ErrorDetails): boolean {
  // Azure's and Google's links to where a rate can be raised have `quota` in them.
  const text = wordsOf(details).replaceAll(/https?:\/\/\S{1,500}/gi, ' ');
  if (details.balanceUsedUp || details.words.some((word) => dayWord.test(word))) return true;
  // Google words its rates as quotas: "Quota exceeded for … requests per minute". The metrics of Vertex AI are by the
  // minute, whether they say so or not: `aiplatform.googleapis.com/online_prediction_requests_per_base_model`.
  if (/per[ _-]?(?:second|minute)/i.test(text)) return false;
  if (/\baiplatform\.googleapis\.com\//i.test(text) && !/per[ _-]?day/i.test(text)) return false;
  return /quota|usage (?:limit|resets)|credits?\b|insufficient|billing|balance|exhausted your|(?:daily|monthly) (?:limit|usage)/i.test(
    text,
  );
}

function wordsOf({ words, message = '' }: ErrorDetails): string {
  return `${words.join(' ')} ${message}`;
}

/** The Atlassian gateway's `Model Id [X] not found` (status 400) and the vendors' versions of it. */
const unknownModelText =
  /model id \[[^[\]]*\] not found|not available for the \w+ vendor|(?:unknown|invalid|unsupported) model\b|model identifier is invalid|\bmodel version has reached the end of its life|^model: /i;

function namesUnknownModel(message: string): boolean {
  return unknownModelText.test(message) || unknownModelSentence.test(message);
}

/** Within one sentence, for a later one may be about something else. */
const unknownModelSentence =
  /\bmodel\b(?:(?!\. ).){0,120}(?:not found|does not exist|not exist|is not supported(?! (?:for|with|by|on|in) (?:this|the) )|unknown|not recognized)/i;

/** A vendor's refusal of Atlassian's own account: its key, its billing, its region. The words come with status 400. */
const vendorAccountText =
  /\bcredit balance is too low|\bapi key (?:is )?(?:not valid|invalid|expired|not found)|\b(?:invalid|incorrect) api key|\buser location is not supported|\b(?:organization|account|project) (?:is|has been) (?:disabled|deactivated|suspended)|\bbilling (?:is|has been) (?:disabled|not enabled)|\bbilling account\b|\baccount is not authorized to invoke\b|^operation not allowed\.?$|\breached your specified (?:\w{1,20} )?api usage limits/i;

export function isAboutVendorAccount({ message = '' }: ErrorDetails): boolean {
  return vendorAccountText.test(message);
}

/** The vendor has the model, but behind another endpoint than this route's. */
const otherEndpointText =
  /\bonly supported in v1\/|\bnot supported in the v1\/|\bwith on-demand throughput isn.t supported|\bis not a chat model\b|\bis not allowed to use publisher model\b|\bis not servable in region\b|\bdisallowed Gen AI model\b/i;

export function isAboutEndpoint({ message = '' }: ErrorDetails): boolean {
  return otherEndpointText.test(message);
}

/** OpenAI's message for an item or a response that it does not store. */
const missingItemText = /\b(?:item|response) with id\b.{0,200}not found/i;

/** A 404 also means an unknown model, unless it is about the path or about part of the conversation. */
export function isUnknownModel(status: number, details: ErrorDetails): boolean {
  if (details.words.includes('model_not_found') || namesUnknownModel(details.message ?? '')) {
    return status === 400 || status === 404;
  }
  return status === 404 && !isUnknownPath(status, details) && !missingItemText.test(details.message ?? '');
}

/** True when a 404 or 405 is about the path: a web page, a mention of a route, or Spring's default error body. */
export function isUnknownPath(status: number, { html, hasPath, message = '' }: ErrorDetails): boolean {
  if (status === 405) return true;
  if (status !== 404) return false;
  if (html || /\b(?:route|path|url|endpoint|cannot post)\b|no static resource/i.test(message)) return true;
  return hasPath && /^(?:not found|no message available|)$/i.test(message.trim());
}

const contextOverflowText =
  /context.?(?:length|window|limit)|maximum context|prompt is too long|(?:input|prompt|request|conversation) (?:is |was )?too (?:long|large)|too many (?:input |prompt |total )?tokens|tokens? (?:count )?.{0,40}exceeds?|exceeds? .{0,60}tokens?\b|input length|too many total text bytes/i;

export function isContextOverflow(details: ErrorDetails): boolean {
  if (details.words.includes('context_length_exceeded')) return true;
  const message = details.message ?? '';
  // The proxy in front of the vendors uses this message for an overflow.
  if (/^request entity too large\.?$/i.test(message)) return true;
  return contextOverflowText.test(message) && !isAboutAnswerLength(message);
}

/** "max_tokens exceeds the model's limit of N output tokens" is about a parameter, not about the conversation. */
function isAboutAnswerLength(message: string): boolean {
  if (/context|prompt|input length/i.test(message)) return false;
  // The second alternative is Bedrock's.
  return /\bmax_(?:completion_|output_)?tokens\b|maximum tokens you requested/i.test(message);
}

/** OpenAI, if the limit is used up before the model has written anything. */
export function isOutputLimitReached({ message = '' }: ErrorDetails): boolean {
  return /\bmodel output limit was reached\b/i.test(message);
}

const contentRefusalWords = new Set([
  'content_filter',
  'content_policy_violation',
  'responsibleaipolicyviolation',
  'prohibited_content',
]);
const contentRefusalText =
  /content.(?:management.)?(?:policy|filter)|content filtering|responsible ai|safety (?:system|policy|filter)|usage polic(?:y|ies)|flagged (?:as|by|for)|blocked by .{0,40}(?:filter|guardrail|safety)/i;

export function isContentRefusal(details: ErrorDetails): boolean {
  return details.words.some((word) => contentRefusalWords.has(word)) || contentRefusalText.test(details.message ?? '');
}

/** OpenAI's codes: `invalid_image_format`, `image_parse_error`, `unsupported_image_media_type`, `empty_image_file`. */
const imageWord = /^(?:invalid|unsupported|empty)_(?:base64_)?image|^image_(?:parse_error|too_(?:large|small))/;
/**
 * Anthropic: `Could not process image`, `image exceeds 5 MB maximum`. OpenAI: `You uploaded an unsupported image.` Gemini:
 * `Unable to process input image.`, `Provided image is not valid.`, `Unsupported MIME type: image/bmp`.
 */
const imageText =
  /\b(?:could not|cannot|unable to|failed to) (?:process|parse|decode|read|download)\b[^.]{0,30}\bimages?\b|\bimages?\b[^.]{0,40}\b(?:is not valid|not (?:represent )?a valid|is invalid|exceeds?|too (?:large|small)|is (?:empty|corrupt)|cannot be empty|does not match)\b|\b(?:invalid|unsupported|corrupt(?:ed)?|too many) (?:base64 )?images?\b|\bmime type(?: must be|:) image\/|\bimage_url is only supported by|\bdoes not support (?:image|vision)/i;

/** True when the vendor cannot read an image, or its model sees none. */
export function isUnreadableImage({ words, message = '' }: ErrorDetails): boolean {
  if (isAboutMember(message)) return false;
  return words.some((word) => imageWord.test(word)) || imageText.test(message);
}

/** Anthropic: `The PDF specified was not valid.` Gemini: `The document has no pages.` */
const documentText =
  /\bpdf\b[^.]{0,60}\b(?:not valid|invalid|password|encrypted|cannot be empty|corrupt)|\b(?:could not|cannot|unable to|failed to) (?:process|parse|decode|read)\b[^.]{0,30}\b(?:pdf|document)s?\b|\b(?:invalid|encrypted|corrupt(?:ed)?) (?:pdf|file data)\b|\bpdf pages\b|\bdocument (?:has no|contains \d{1,9}) pages|\bmime type: (?:application|text)\//i;

/** True when the vendor cannot read a document. */
export function isUnreadableDocument({ message = '' }: ErrorDetails): boolean {
  return !isAboutMember(message) && documentText.test(message);
}

/** True when the message is about a member or a type that the vendor does not know, not about what is in it. */
function isAboutMember(message: string): boolean {
  return /extra inputs are not permitted|extraneous key|\bunknown (?:parameter|name)|input tag '/i.test(message);
}
