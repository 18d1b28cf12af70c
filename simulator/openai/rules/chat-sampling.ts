import { invalidRequest, type Refusal } from '../../answer/prompt.ts';
import type { JsonRecord } from '../../json.ts';
import type { ChatRequest } from '../chat-request.ts';
import { unsupportedParameter } from './words.ts';

const samplingParameters = ['top_p', 'presence_penalty', 'frequency_penalty', 'logprobs', 'top_logprobs', 'logit_bias'];
const maxStops = 4;

/** Reasoning models accept only default sampling parameters, and no `stop`. */
export function checkSampling(request: ChatRequest): Refusal | null {
  const { body, abilities } = request;
  if (Array.isArray(body.stop) && body.stop.length > maxStops) {
    return invalidRequest(
      `Invalid 'stop': array too long. Expected an array with maximum length ${maxStops}, but got an array with length ${body.stop.length} instead.`,
      'stop',
      'array_above_max_length',
    );
  }
  if (!abilities.reasons) return null;
  const given = (name: string): boolean => body[name] !== undefined && body[name] !== null;
  const name = [...samplingParameters, 'stop'].find((parameter) => given(parameter) && !isDefault(parameter, body));
  return checkTemperature(request) ?? (name === undefined ? null : unsupportedParameter(name));
}

/** Reasoning models accept no custom temperature. */
export function checkTemperature({ body: { temperature }, abilities }: ChatRequest): Refusal | null {
  if (!abilities.reasons || temperature === undefined || temperature === null || temperature === 1) return null;
  return invalidRequest(
    `Unsupported value: 'temperature' does not support ${String(temperature)} with this model. Only the default (1) value is supported.`,
    'temperature',
    'unsupported_value',
  );
}

function isDefault(name: string, body: JsonRecord): boolean {
  if (name === 'top_p') return body.top_p === 1;
  return name.endsWith('_penalty') ? body[name] === 0 : name === 'logprobs' && body.logprobs === false;
}

/** Reasoning models take no `max_tokens`. */
export function checkMaximum({ body, abilities }: ChatRequest): Refusal | null {
  if (!abilities.reasons || body.max_tokens === undefined || body.max_tokens === null) return null;
  return invalidRequest(
    "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
    'max_tokens',
    'unsupported_parameter',
  );
}
