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
  /** The most tokens to answer with. */
  readonly maxOutputTokens?: number;
  readonly temperature?: number;
  readonly topP?: number;
  readonly frequencyPenalty?: number;
  readonly presencePenalty?: number;
  readonly seed?: number;
  readonly stop?: readonly string[];
  /** How many answers; at least 1. */
  readonly choiceCount: number;
  readonly reasoningEffort?: string;
  readonly verbosity?: string;
  /** An opaque name of the client's end user. */
  readonly user?: string;
  /**
   * What keeps a conversation on one credential, so that the vendor's prompt cache hits: the client's own cache key or
   * user, else a hash of the conversation's first messages.
   */
  readonly affinityKey?: string;
  /**
   * Fields with no neutral meaning, by the name they have on the client's wire; a route of the same family passes them
   * on, others warn.
   */
  readonly extra: Readonly<Record<string, unknown>>;
}

/** What of a request is looked at all along. */
export interface RequestOutline {
  /** The model's id as the client wrote it. */
  readonly model: string;
  readonly stream: boolean;
  readonly choiceCount: number;
  readonly affinityKey: string | undefined;
  /** True for the first request of a conversation: nothing has been answered in it yet. */
  readonly opening: boolean;
}

/** A request's two forms, of which a route takes the one that suits it. */
export interface RequestForms {
  /** Present when the client's own bytes may be relayed as they are. */
  readonly original?: OriginalBody;
  readonly request: () => ConversationRequest;
}

/**
 * A request body that needed no cleaning: a route that speaks `family` may send `before` + `after`, which is the body
 * with its `model` member cut out, instead of encoding the request.
 */
export interface OriginalBody {
  readonly family: 'openai-chat';
  /** UTF-8 JSON object text up to where the `model` member stood. */
  readonly before: Uint8Array;
  /** UTF-8 JSON object text from behind it. */
  readonly after: Uint8Array;
  /** The names of the members that are there: for a route that must know which of two names the client used. */
  readonly members?: ReadonlySet<string>;
  /**
   * The request, for a route to see whether the body suits its vendor. Its texts may be undecoded: whether one is empty is
   * all that may be asked of them.
   */
  readonly shape: ConversationRequest;
}

export type Message = InstructionMessage | UserMessage | AssistantMessage | ToolMessage;

interface InstructionMessage {
  readonly role: 'system' | 'developer';
  readonly content: readonly TextPart[];
  readonly name?: string;
}
interface UserMessage {
  readonly role: 'user';
  readonly content: readonly (TextPart | ImagePart | OpaquePart)[];
  readonly name?: string;
}
export interface AssistantMessage {
  readonly role: 'assistant';
  readonly content: readonly (TextPart | RefusalPart | ReasoningPart)[];
  readonly toolCalls: readonly ToolCall[];
  readonly name?: string;
}
/** The result of one tool call. */
export interface ToolMessage {
  readonly role: 'tool';
  readonly toolCallId: string;
  readonly content: readonly (TextPart | ImagePart)[];
  readonly name?: string;
}

export interface TextPart {
  readonly type: 'text';
  readonly text: string;
  /** The client marked the end of a prefix worth caching (Anthropic's `cache_control`). */
  readonly cacheBreakpoint?: boolean;
}
export interface ImagePart {
  readonly type: 'image';
  /** A data URL or an http(s) URL; never fetched by the gateway. */
  readonly url: string;
  readonly detail?: string;
}
/** A part that the dialect lets through unread (its wire form is `value`). */
export interface OpaquePart {
  readonly type: 'opaque';
  readonly value: Readonly<Record<string, unknown>>;
}
export interface RefusalPart {
  readonly type: 'refusal';
  readonly text: string;
}
export interface ReasoningPart {
  readonly type: 'reasoning';
  readonly text: string;
}
export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** JSON text. */
  readonly arguments: string;
}

export interface Tool {
  readonly name: string;
  readonly description?: string;
  /** JSON Schema of the arguments. */
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly strict?: boolean;
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
      readonly schema?: Readonly<Record<string, unknown>>;
      readonly strict?: boolean;
    };

/** Something a translation had to drop or change; logged, and told to the client in a response header. */
export interface Warning {
  /** The client's parameter that it is about. */
  readonly parameter: string;
  /** One short sentence in ASCII. */
  readonly message: string;
}
