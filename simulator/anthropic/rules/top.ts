import { invalidRequest, type Refusal } from '../../answer/prompt.ts';
import { asArray, asRecord, asString } from '../../json.ts';
import { isBlank } from '../../refusal/blank.ts';
import type { MessagesRequest } from '../request.ts';

/** The route's own version in the body. */
export function checkVersion({ body, version }: MessagesRequest): Refusal | null {
  if (body.anthropic_version === undefined) return invalidRequest('anthropic_version: Field required');
  return body.anthropic_version === version ? null : invalidRequest(`anthropic_version: Input should be '${version}'`);
}

/** `max_tokens` is required and limited to the model's maximum output. */
export function checkMaximum({ body, capabilities, model }: MessagesRequest): Refusal | null {
  const { max_tokens: maximum } = body;
  if (maximum === undefined) return invalidRequest('max_tokens: Field required');
  if (typeof maximum !== 'number' || !Number.isInteger(maximum)) {
    return invalidRequest('max_tokens: Input should be a valid integer');
  }
  if (maximum < 1) return invalidRequest('max_tokens: Input should be greater than or equal to 1');
  if (maximum <= capabilities.maxOutput) return null;
  return invalidRequest(
    `max_tokens: ${maximum} > ${capabilities.maxOutput}, which is the maximum allowed number of output tokens for ${model}`,
  );
}

/** Whether a member is present; null counts as absent. */
export function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** `temperature` and `top_p`: in range, not together on newer models, not at all on the newest. */
export function checkSampling({ body, capabilities }: MessagesRequest): Refusal | null {
  const { temperature, top_p: topP, top_k: topK } = body;
  if (typeof temperature === 'number' && temperature > 1) {
    return invalidRequest('temperature: Input should be less than or equal to 1');
  }
  if (typeof topP === 'number' && topP > 1) return invalidRequest('top_p: Input should be less than or equal to 1');
  if (capabilities.sampling === 'both') return null;
  const given = Object.entries({ temperature, top_p: topP, top_k: topK }).filter(([, value]) => isGiven(value));
  if (capabilities.sampling === 'none') {
    const name = given[0]?.[0];
    return name === undefined ? null : invalidRequest(`\`${name}\` is deprecated for this model.`);
  }
  return isGiven(temperature) && isGiven(topP)
    ? invalidRequest('`temperature` and `top_p` cannot both be specified for this model. Please use only one.')
    : null;
}

/** The id of a user is short and contains no personal data. */
export function checkUser({ body }: MessagesRequest): Refusal | null {
  const user = asString(asRecord(body.metadata).user_id);
  if (user.length > 256) return invalidRequest('metadata.user_id: String should have at most 256 characters');
  const kind = /\S@\S/.test(user) ? 'an email address' : /^\+?[\d ()-]{7,}$/.test(user) ? 'a phone number' : undefined;
  if (kind === undefined) return null;
  const advice = 'Please send a uuid or hash value instead';
  return invalidRequest(`metadata.user_id: user_id appears to contain ${kind}. ${advice}`);
}

/** Stop sequences must not be blank. */
export function checkStop({ body }: MessagesRequest): Refusal | null {
  const blank = asArray(body.stop_sequences).findIndex((stop) => isBlank(asString(stop)));
  if (blank === -1) return null;
  return invalidRequest(`stop_sequences: each stop sequence must contain non-whitespace`);
}
