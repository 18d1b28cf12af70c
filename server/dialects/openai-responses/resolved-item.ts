/** An item of the conversation, and the request parameter that it comes from, for error messages. */
export interface ResolvedItem {
  readonly item: unknown;
  readonly parameter: string;
}
