import { openaiTraitsOf } from '../openai/model-traits.ts';

/** The vendor of the model behind an upstream model id. */
export type Vendor = 'anthropic' | 'google' | 'openai' | 'other';

/**
 * What a vendor's models require of a request. This is the only place where this dialect distinguishes vendors.
 */
export interface VendorTraits {
  readonly vendor: Vendor;
  /** The name of the parameter for the token limit. Newer OpenAI models reject `max_tokens`. */
  readonly maxTokensName: 'max_tokens' | 'max_completion_tokens';
  /** Supports only the default sampling parameters, and no stop sequences (newer OpenAI models). */
  readonly fixedSampling: boolean;
  readonly maxTemperature: number;
  /** Rejects `temperature` and `top_p` together (Claude since 4.1). */
  readonly temperatureOrTopP: boolean;
  /** Supports the role `developer`; other vendors get `system`. */
  readonly supportsDeveloperRole: boolean;
  /** Enforces `response_format`; for other vendors, the prompt asks for JSON as well. */
  readonly enforcesResponseFormat: boolean;
  /** Supports a `tool_choice` of type `allowed_tools`. */
  readonly supportsAllowedTools: boolean;
  /** Supports tools of type `custom`, which take free text; others get functions. */
  readonly supportsCustomTools: boolean;
  /** Supports the member `refusal` in an assistant message. */
  readonly supportsRefusals: boolean;
  /** Accepts message parts that the gateway does not know. Claude rejects them. */
  readonly acceptsUnknownParts: boolean;
  /** Accepts audio and files (PDF) in messages. */
  readonly acceptsFiles: boolean;
  /** Rejects empty text parts and empty assistant messages. */
  readonly rejectsEmptyText: boolean;
}

/**
 * Derives the vendor from a model id without its client-side label: `claude-…` and `anthropic.claude-…` (Bedrock,
 * optionally with a region prefix), `gemini-…`, `gpt-…` and `o1…`.
 */
export function vendorOf(upstreamModel: string): Vendor {
  if (/^(?:[a-z]{2,6}\.)?anthropic\.|claude/i.test(upstreamModel)) return 'anthropic';
  if (/^(?:gemini|gemma|google)/i.test(upstreamModel)) return 'google';
  if (/^(?:gpt-|chatgpt-|o\d|codex)/i.test(upstreamModel)) return 'openai';
  return 'other';
}

/** Claude 4.1, 4.5 and later, as either route names them: `claude-opus-4-1…`, `anthropic.claude-sonnet-4-5-…`. */
const laterClaude = /claude-[a-z]+-(?:4-[1-9](?!\d)|[5-9]|\d\d(?!\d))/i;

export function traitsOf(upstreamModel: string): VendorTraits {
  const vendor = vendorOf(upstreamModel);
  const openai = vendor === 'openai';
  const reasoning = openai && openaiTraitsOf(upstreamModel).reasons;
  return {
    vendor,
    maxTokensName: reasoning ? 'max_completion_tokens' : 'max_tokens',
    fixedSampling: reasoning,
    maxTemperature: vendor === 'anthropic' ? 1 : 2,
    temperatureOrTopP: vendor === 'anthropic' && laterClaude.test(upstreamModel),
    supportsDeveloperRole: openai,
    enforcesResponseFormat: openai,
    supportsAllowedTools: openai,
    // Whether a model supports them also depends on the route.
    supportsCustomTools: false,
    supportsRefusals: openai,
    acceptsUnknownParts: vendor !== 'anthropic',
    acceptsFiles: openai,
    rejectsEmptyText: vendor === 'anthropic',
  };
}
