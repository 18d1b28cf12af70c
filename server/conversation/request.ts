import type { RawNumber } from '../lib/exact-json.ts';
import type { JsonMember } from '../lib/scan-json.ts';
import type { Message } from './message.ts';
import type { TranslationNote } from './translation.ts';
import type { VendorData } from './vendor-data.ts';

/** What a client asks for, whatever its dialect. Optional fields are absent when the client did not send them. */
export interface ConversationRequest {
  /** The model's id as the client wrote it. */
  readonly model: string;
  readonly stream: boolean;
  readonly messages: readonly Message[];
  readonly tools: readonly Tool[];
  readonly toolChoice?: ToolChoice;
  readonly parallelToolCalls?: boolean;
  readonly responseFormat?: ResponseFormat;
  /** The most tokens to answer with, reasoning included. */
  readonly maxOutputTokens?: number;
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly frequencyPenalty?: number;
  readonly presencePenalty?: number;
  /** In its own spelling when JavaScript would round it. */
  readonly seed?: number | RawNumber;
  readonly stop?: readonly string[];
  /** How many answers; at least 1. */
  readonly choiceCount: number;
  /** Absent: the client leaves it to the model. */
  readonly reasoning?: ReasoningWish;
  /** `low`, `medium` or `high`: how many words the answer takes. */
  readonly verbosity?: string;
  /** An opaque name of the client's end user. */
  readonly user?: string;
  /** The client's own key for the vendor's prompt cache. */
  readonly cacheKey?: string;
  /**
   * What keeps a conversation on one credential, so that the vendor's prompt cache hits: the client's own cache key or
   * user, else a hash of the conversation's first messages.
   */
  readonly affinityKey?: string;
  /** Members of the request that the language has no word for. */
  readonly vendor?: VendorData;
  /**
   * Names of members in vendor data that only repeat what the language says, or what the gateway itself does: nothing is
   * lost where they are not sent.
   */
  readonly repeatedMembers?: readonly string[];
}

/** How much the model should reason before it answers. */
export interface ReasoningWish {
  /** `on`: as far as the effort or the budget goes; `adaptive`: the model decides; `off`: not at all. */
  readonly mode: 'on' | 'adaptive' | 'off';
  /** `minimal`, `low`, `medium`, `high`, `xhigh` or `max`; other words are the client's own. */
  readonly effort?: string;
  /** Tokens. */
  readonly budget?: number;
  /** Whether the client wants to read it. Absent: as its dialect has it. */
  readonly shown?: boolean;
}

export type Tool = FunctionTool | VendorTool;

/** A function that the client runs. */
export interface FunctionTool {
  readonly type: 'function';
  readonly name: string;
  readonly description?: string;
  /** JSON Schema of the arguments; absent: the function takes none. */
  readonly parameters?: JsonSchema;
  readonly strict?: boolean;
  readonly cacheBreakpoint?: CacheBreakpoint;
  readonly vendor?: VendorData;
}

/** A tool that the vendor runs (web search, code execution), in the form of the dialect that it is written in. */
export interface VendorTool {
  readonly type: 'vendor';
  readonly dialect: string;
  /** For warnings: the tool's name or type. */
  readonly name: string;
  readonly value: Readonly<Record<string, unknown>>;
}

export type JsonSchema = Readonly<Record<string, unknown>>;

/** The end of a prefix that is worth caching. */
export interface CacheBreakpoint {
  /** How long the cache should live, in seconds. Absent: the vendor's default. */
  readonly ttl?: number;
}

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

/** What of a request is looked at all along. */
export interface RequestOutline {
  /** The model's id as the client wrote it. */
  readonly model: string;
  readonly stream: boolean;
  readonly choiceCount: number;
  readonly affinityKey: string | undefined;
  /** True for the first request of a conversation: nothing has been answered in it yet. */
  readonly opening: boolean;
  /**
   * The ids of the history's tool calls. Present for dialects whose clients do not send back what proves the reasoning before
   * a call: it is remembered for them by these ids.
   */
  readonly unprovenCalls?: readonly string[];
}

/** A request's two forms, of which a route takes the one that suits it. */
export interface RequestForms {
  /** Present when the client's own bytes may be relayed. */
  readonly original?: OriginalBody;
  readonly request: () => ConversationRequest;
}

/**
 * A request body as the client sent it. A route that speaks the same dialect may send it with the few edits that the route
 * needs, instead of encoding the request.
 */
export interface OriginalBody {
  readonly dialect: string;
  /** A JSON object in UTF-8, already known to be valid; a byte order mark may stand before it. */
  readonly bytes: Uint8Array;
  /** Its outermost members; their places are byte offsets. None is there twice, and none has escapes in its name. */
  readonly members: readonly JsonMember[];
  /**
   * The request, for a route to see whether the body suits its vendor. Its texts may be undecoded: whether one is empty is
   * all that may be asked of them.
   */
  readonly shape: ConversationRequest;
}

/** A decoded request as a dialect hands it over, with what the decoding changed or dropped. */
export interface TranslatedRequest extends RequestForms {
  readonly outline: RequestOutline;
  readonly notes: readonly TranslationNote[];
}
