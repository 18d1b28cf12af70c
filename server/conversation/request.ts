import type { RawNumber } from '../lib/exact-json.ts';
import type { JsonMember } from '../lib/scan-json.ts';
import type { CacheBreakpoint, Message } from './message.ts';
import type { TranslationNote } from './translation.ts';
import type { VendorData } from './vendor-data.ts';

/** A client's request, independent of its dialect. Optional fields are absent if the client did not send them. */
export interface ConversationRequest {
  /** The model's id as the client wrote it. */
  readonly model: string;
  readonly stream: boolean;
  readonly messages: readonly Message[];
  readonly tools: readonly Tool[];
  readonly toolChoice?: ToolChoice;
  readonly parallelToolCalls?: boolean;
  readonly responseFormat?: ResponseFormat;
  /** Limit on the answer's tokens, including reasoning. */
  readonly maxOutputTokens?: number;
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly frequencyPenalty?: number;
  readonly presencePenalty?: number;
  /** A raw number if JavaScript would round it. */
  readonly seed?: number | RawNumber;
  readonly stop?: readonly string[];
  /** How many choices to generate; at least 1. */
  readonly choiceCount: number;
  /** Absent if the client leaves it to the model. */
  readonly reasoning?: ReasoningOptions;
  /** Present if the client asked for images in the answer. */
  readonly imageOutput?: ImageOutput;
  /** How long the answer should be: `low`, `medium` or `high`. */
  readonly verbosity?: string;
  /** An opaque id of the client's end user. */
  readonly user?: string;
  /** The client's own key for the vendor's prompt cache. */
  readonly cacheKey?: string;
  /**
   * Requests with the same key use the same credential if possible, so that the vendor's prompt cache hits. It is the
   * client's own cache key or user, or else a hash of the conversation's first messages.
   */
  readonly affinityKey?: string;
  /** Members of the request that the neutral language does not cover. */
  readonly vendor?: VendorData;
  /**
   * Names of members in vendor data that only repeat what the neutral language covers or what the gateway itself does.
   * Dropping them loses nothing, so it adds no note.
   */
  readonly repeatedMembers?: readonly string[];
}

/** The images that the client wants in the answer. */
export interface ImageOutput {
  /** Width and height: `16:9`. */
  readonly aspectRatio?: string;
  /** `1K`, `2K` or `4K`. */
  readonly size?: string;
}

/** How much the model should reason before it answers. */
export interface ReasoningOptions {
  /**
   * `on`: within the effort or the budget; `adaptive`: the model decides; `off`: not at all; `default`: as the model does
   * if it is not asked to, within the effort.
   */
  readonly mode: 'on' | 'adaptive' | 'off' | 'default';
  /** `minimal`, `low`, `medium`, `high`, `xhigh`, `max`, or another value that the client sent. */
  readonly effort?: string;
  /** In tokens. */
  readonly budget?: number;
  /** Whether the client wants to see the reasoning. Absent for the default of its dialect. */
  readonly shown?: boolean;
}

export type Tool = FunctionTool | VendorTool;

/** A function that the client runs. */
export interface FunctionTool {
  readonly type: 'function';
  readonly name: string;
  readonly description?: string;
  /** JSON Schema of the arguments; absent if the function takes none. */
  readonly parameters?: JsonSchema;
  readonly strict?: boolean;
  /**
   * Present if the client's tool takes free text. APIs without such tools get a function, whose only argument is the
   * text.
   */
  readonly freeText?: FreeTextTool;
  readonly cacheBreakpoint?: CacheBreakpoint;
  readonly vendor?: VendorData;
}

/** A tool that takes free text, as the client defined it. */
export interface FreeTextTool {
  /** Without the grammar. */
  readonly description?: string;
  readonly format?:
    | { readonly type: 'text' }
    | { readonly type: 'grammar'; readonly syntax: string; readonly definition: string };
}

/** A tool that the vendor runs (web search, code execution), in the format of its dialect. */
export interface VendorTool {
  readonly type: 'vendor';
  readonly dialect: string;
  /** The tool's name or type, for warnings. */
  readonly name: string;
  readonly value: Readonly<Record<string, unknown>>;
}

export type JsonSchema = Readonly<Record<string, unknown>>;

export type ToolChoice =
  | { readonly type: 'auto' | 'none' | 'required' }
  | { readonly type: 'tool'; readonly name: string }
  /** Only these tools may (`auto`) or must (`required`) be called. */
  | { readonly type: 'allowed'; readonly mode: 'auto' | 'required'; readonly names: readonly string[] };

export type ResponseFormat =
  | { readonly type: 'text' | 'json' }
  | {
      readonly type: 'json-schema';
      readonly name: string;
      readonly description?: string;
      readonly schema?: JsonSchema;
      readonly strict?: boolean;
    };

/** The few facts about a request that are needed throughout its exchange. */
export interface RequestOutline {
  /** The model's id as the client wrote it. */
  readonly model: string;
  readonly stream: boolean;
  readonly choiceCount: number;
  readonly affinityKey: string | undefined;
  /** True for the first request of a conversation: its history contains no answer yet. */
  readonly opening: boolean;
  /**
   * The ids of the tool calls in the history that come without proofs. Present if clients may send calls back without
   * their proofs; the gateway stores the proofs under these ids.
   */
  readonly unprovenCalls?: readonly string[];
}

/** The two forms of a request. A route uses the one that suits it. */
export interface RequestForms {
  /** Present if the client's own bytes may be relayed. */
  readonly original?: OriginalBody;
  readonly request: () => ConversationRequest;
}

/**
 * A request body as the client sent it. A route with the same dialect may send it with a few edits instead of encoding
 * the request.
 */
export interface OriginalBody {
  readonly dialect: string;
  /** A valid JSON object in UTF-8, possibly with a byte order mark. */
  readonly bytes: Uint8Array;
  /** Its top-level members, with byte offsets. There are no duplicates, and no names with escapes. */
  readonly members: readonly JsonMember[];
  /**
   * The decoded request, with which a route checks whether the body suits its vendor. Its texts may be undecoded; the
   * only thing that may be checked about a text is whether it is empty.
   */
  readonly shape: ConversationRequest;
}

/** A request as decoded by a dialect, with notes about what the decoding changed or dropped. */
export interface TranslatedRequest extends RequestForms {
  readonly outline: RequestOutline;
  readonly notes: readonly TranslationNote[];
}
