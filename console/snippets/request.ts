/** A Chat Completions call to show as code. */
export interface SnippetRequest {
  /** Includes `/v1`. */
  readonly baseUrl: string;
  /** The key itself, or a placeholder. */
  readonly key: string;
  readonly body: Readonly<Record<string, unknown>>;
}
