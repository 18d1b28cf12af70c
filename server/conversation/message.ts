import type { ReasoningProof } from './reasoning-proof.ts';
import type { CacheBreakpoint } from './request.ts';
import type { VendorData } from './vendor-data.ts';

/**
 * One turn of a conversation: parts in the order in which they were said. Results of tool calls stand in user messages, as
 * they do in the Messages and Gemini APIs; a message may hold several, and other parts beside them.
 */
export interface Message {
  readonly role: Role;
  readonly parts: readonly Part[];
  /** The name of the participant, where the dialect has one. */
  readonly name?: string;
  /** Members of the message that the language has no word for. */
  readonly vendor?: VendorData;
}

/** `developer` outranks the user as `system` does; dialects without it write `system`. Both may stand anywhere. */
export type Role = 'system' | 'developer' | 'user' | 'assistant';

/** What a message or an answer consists of. */
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

interface PartMarks {
  /** The client marked the end of a prefix worth caching here. */
  readonly cacheBreakpoint?: CacheBreakpoint;
  /** Members of the part that the language has no word for. */
  readonly vendor?: VendorData;
}

export interface TextPart extends PartMarks {
  readonly type: 'text';
  readonly text: string;
  /** Gemini signs texts, too. */
  readonly proof?: ReasoningProof;
}

export interface ImagePart extends PartMarks {
  readonly type: 'image';
  readonly source: MediaSource;
  /** `low`, `high` or `auto`: OpenAI's resolutions. */
  readonly detail?: string;
}

export interface DocumentPart extends PartMarks {
  readonly type: 'document';
  /** `text`: plain text; `parts`: texts and images that make up the document. */
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

/** Media in the request itself, or where they are. The gateway never fetches a URL. */
export type MediaSource =
  | { readonly type: 'base64'; readonly mediaType: string; readonly data: string }
  /** An http or https URL. */
  | { readonly type: 'url'; readonly url: string; readonly mediaType?: string };

/** What the model thought before it went on. The text may be a summary, or empty where only the proof is known. */
export interface ReasoningPart extends PartMarks {
  readonly type: 'reasoning';
  readonly text: string;
  readonly proof?: ReasoningProof;
}

export interface ToolCallPart extends PartMarks {
  readonly type: 'tool-call';
  /** As the client or the upstream wrote it; encoders rewrite what their dialect does not take. */
  readonly id: string;
  readonly name: string;
  /** JSON text, as the model wrote it: it may be cut or malformed. */
  readonly arguments: string;
  /** Gemini signs calls. */
  readonly proof?: ReasoningProof;
}

export interface ToolResultPart extends PartMarks {
  readonly type: 'tool-result';
  /** The id of the call. */
  readonly callId: string;
  /** The name of the function, where the dialect tells it. */
  readonly name?: string;
  /** Texts, images, documents, audio and vendor parts; none when the tool said nothing. */
  readonly parts: readonly Part[];
  readonly failed?: boolean;
}

/** The model declined, in words. */
export interface RefusalPart extends PartMarks {
  readonly type: 'refusal';
  readonly text: string;
}

/** A part that the language has no word for, in the form of the dialect that it is written in. */
export interface VendorPart {
  readonly type: 'vendor';
  readonly dialect: string;
  readonly value: Readonly<Record<string, unknown>>;
  readonly cacheBreakpoint?: CacheBreakpoint;
}
