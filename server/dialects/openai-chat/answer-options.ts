/** The format of the answer that the request asked for. */
export interface ChatAnswerOptions {
  /** True if the stream ends with its usage. */
  readonly includeUsage: boolean;
  /** True if the chunks before it lack `usage`, as OpenRouter's do. OpenAI's have null, which OpenRouter's SDK rejects. */
  readonly withoutNullUsage?: boolean;
  /** True for OpenAI's legacy `functions`: the answer has a `function_call` instead of `tool_calls`. */
  readonly legacyFunctions: boolean;
  /** The names of the request's custom tools, whose calls have free text instead of arguments. */
  readonly customTools?: ReadonlySet<string>;
  /** True if the text of reasoning is in OpenRouter's `reasoning` as well as in DeepSeek's `reasoning_content`. */
  readonly asOpenrouter?: boolean;
}
