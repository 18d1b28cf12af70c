import type { ReasoningProof } from './reasoning-proof.ts';
import type { VendorData } from './vendor-data.ts';

/**
 * One turn of a conversation, with its parts in order. Results of tool calls are parts of user messages, as in the
 * Messages and Gemini APIs; a message may contain several results, and other parts as well.
 */
export interface Message {
  readonly role: Role;
  readonly parts: readonly Part[];
  /** The participant's name, if the dialect has one. */
  readonly name?: string;
  /** Members of the message that the neutral language does not cover. */
  readonly vendor?: VendorData;
}

/**
 * `developer` outranks the user like `system`; dialects without it use `system`. Both may occur anywhere in a history.
 */
export type Role = 'system' | 'developer' | 'user' | 'assistant';

/** A part of a message or an answer. */
export type Part =
  | TextPart
  | ImagePart
  | DocumentPart
  | AudioPart
  | ReasoningPart
  | ToolCallPart
  | ToolResultPart
  | RefusalPart
  | VendorPart;

/** Marks the end of a prefix that should be cached. */
export interface CacheBreakpoint {
  /** How long it should stay cached, in seconds. Absent for the vendor's default. */
  readonly ttl?: number;
}

interface PartMarks {
  /** Present if the client asked to cache the prompt up to and including this part. */
  readonly cacheBreakpoint?: CacheBreakpoint;
  /** Members of the part that the neutral language does not cover. */
  readonly vendor?: VendorData;
}

export interface TextPart extends PartMarks {
  readonly type: 'text';
  readonly text: string;
  /** Gemini signs texts as well. */
  readonly proof?: ReasoningProof;
}

export interface ImagePart extends PartMarks {
  readonly type: 'image';
  readonly source: MediaSource;
  /** OpenAI's resolution: `low`, `high` or `auto`. */
  readonly detail?: string;
  /** Gemini signs the images that it generates. */
  readonly proof?: ReasoningProof;
}

export interface DocumentPart extends PartMarks {
  readonly type: 'document';
  /** `text`: plain text; `parts`: a document made of texts and images. */
  readonly source:
    | MediaSource
    | { readonly type: 'text'; readonly text: string; readonly mediaType: string }
    | { readonly type: 'parts'; readonly parts: readonly Part[] };
  readonly filename?: string;
}

export interface AudioPart extends PartMarks {
  readonly type: 'audio';
  readonly source: MediaSource;
}

/** Media contained in the request, or a URL. The gateway never fetches URLs. */
export type MediaSource =
  | { readonly type: 'base64'; readonly mediaType: string; readonly data: string }
  /** An http or https URL. */
  | { readonly type: 'url'; readonly url: string; readonly mediaType?: string };

/** The model's reasoning. The text may be a summary, or empty if only the proof is known. */
export interface ReasoningPart extends PartMarks {
  readonly type: 'reasoning';
  readonly text: string;
  readonly proof?: ReasoningProof;
}

export interface ToolCallPart extends PartMarks {
  readonly type: 'tool-call';
  /** As the client or the upstream wrote it; encoders rewrite ids that their dialect does not accept. */
  readonly id: string;
  readonly name: string;
  /** JSON text as the model wrote it; may be truncated or malformed. */
  readonly arguments: string;
  /** Gemini signs calls. */
  readonly proof?: ReasoningProof;
}

export interface ToolResultPart extends PartMarks {
  readonly type: 'tool-result';
  /** The id of the call. */
  readonly callId: string;
  /** The function's name, if the dialect has it. */
  readonly name?: string;
  /** Texts, images, documents, audio and vendor parts. Empty if the tool returned nothing. */
  readonly parts: readonly Part[];
  readonly failed?: boolean;
}

/** The text with which the model declined. */
export interface RefusalPart extends PartMarks {
  readonly type: 'refusal';
  readonly text: string;
}

/** A part that the neutral language does not cover, in the format of its dialect. */
export interface VendorPart {
  readonly type: 'vendor';
  readonly dialect: string;
  readonly value: Readonly<Record<string, unknown>>;
  /** The same content for APIs that do not have this part. */
  readonly otherwise?: DocumentPart;
  readonly cacheBreakpoint?: CacheBreakpoint;
}
