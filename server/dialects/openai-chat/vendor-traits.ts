import { openaiTraitsOf } from '../openai/model-traits.ts';

/** Who made the model behind an upstream model id. */
export type Vendor = 'anthropic' | 'google' | 'openai' | 'other';

/**
 * What the wire cannot say to everyone alike: how a vendor's models want a request. The one place where the vendor
 * matters to this route.
 */
export interface VendorTraits {
  readonly vendor: Vendor;
  /** The name of the parameter that bounds the answer. Newer OpenAI models refuse `max_tokens`. */
  readonly maxTokensName: 'max_tokens' | 'max_completion_tokens';
  /** Takes only the default of the sampling parameters, and no stop sequences (newer OpenAI models). */
  readonly fixedSampling: boolean;
  readonly highestTemperature: number;
  /** Refuses `temperature` and `top_p` together (Claude from 4.1 on). */
  readonly temperatureOrTopP: boolean;
  /** Knows the role `developer`; the others get `system`. */
  readonly developerRole: boolean;
  /** Enforces `response_format`; the others are asked in words. */
  readonly enforcesResponseFormat: boolean;
  /** Knows `tool_choice` of type `allowed_tools`. */
  readonly allowedTools: boolean;
  /** Has a place for refusals in an assistant's message. */
  readonly refusalField: boolean;
  /** Looks at parts of messages that this gateway has no word for; Claude refuses them by name. */
  readonly takesUnknownParts: boolean;
  /** Takes audio and files (PDF) in messages. */
  readonly takesFiles: boolean;
  /** Refuses empty text parts and assistant messages with nothing in them. */
  readonly refusesEmptyText: boolean;
}

/**
 * Reads the vendor off an id without its client-side label: `claude-…` and `anthropic.claude-…` (Bedrock, also with a
 * region in front), `gemini-…`, `gpt-…` and `o1…`.
 */
export function vendorOf(upstreamModel: string): Vendor {
  if (/^(?:[a-z]{2,6}\.)?anthropic\.|claude/i.test(upstreamModel)) return 'anthropic';
  if (/^(?:gemini|gemma|google)/i.test(upstreamModel)) return 'google';
  if (/^(?:gpt-|chatgpt-|o\d|codex)/i.test(upstreamModel)) return 'openai';
  return 'other';
}

/** Claude 4.1, 4.5 and later, in the names of either route: `claude-opus-4-1…`, `anthropic.claude-sonnet-4-5-…`. */
const laterClaude = /claude-[a-z]+-(?:4-[1-9](?!\d)|[5-9]|\d\d(?!\d))/i;

export function traitsOf(upstreamModel: string): VendorTraits {
  const vendor = vendorOf(upstreamModel);
  const openai = vendor === 'openai';
  const reasoning = openai && openaiTraitsOf(upstreamModel).reasons;
  return {
    vendor,
    maxTokensName: reasoning ? 'max_completion_tokens' : 'max_tokens',
    fixedSampling: reasoning,
    highestTemperature: vendor === 'anthropic' ? 1 : 2,
    temperatureOrTopP: vendor === 'anthropic' && laterClaude.test(upstreamModel),
    developerRole: openai,
    enforcesResponseFormat: openai,
    allowedTools: openai,
    refusalField: openai,
    takesUnknownParts: vendor !== 'anthropic',
    takesFiles: openai,
    refusesEmptyText: vendor === 'anthropic',
  };
}
