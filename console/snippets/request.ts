/** A Chat Completions call to be written down as code. */
export interface SnippetRequest {
  /** With its `/v1`. */
  readonly baseUrl: string;
  /** The key itself, or a placeholder. */
  readonly key: string;
  readonly body: Readonly<Record<string, unknown>>;
}
