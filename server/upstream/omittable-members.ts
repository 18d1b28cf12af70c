/** A name without case and underscores: vendors name members in snake_case or camelCase. */
export function toPlainName(name: string): string {
  return name.replaceAll('_', '').toLowerCase();
}

/**
 * Members that can be dropped without changing the meaning of the request: sampling, caching, accounting, delivery, and
 * hints the model may ignore. Not the prompt, the tools, or the length and format of the answer.
 */
const optionalMembers: ReadonlySet<string> = new Set(
  [
    'temperature',
    'top_p',
    'top_k',
    'seed',
    'frequency_penalty',
    'presence_penalty',
    'metadata',
    'user',
    'safety_identifier',
    'service_tier',
    'store',
    'prompt_cache_key',
    'prompt_cache_retention',
    'stream_options',
    'verbosity',
    'reasoning_effort',
    'context_management',
    'cache_control',
    'ttl',
    'strict',
    'defer_loading',
    'eager_input_streaming',
    'input_examples',
    'allowed_callers',
    'inference_geo',
    'speed',
    'truncation',
    'labels',
    'prediction',
    'thinking_level',
    'include_thoughts',
    'media_resolution',
  ].map(toPlainName),
);
/**
 * Full paths of members that the encoder can replace once it knows that they are refused, or that only the vendor
 * itself supports. Without them the request is answered as on any other vendor's route.
 */
const replaceableMembers: ReadonlySet<string> = new Set([
  'output_config',
  'output_config.format',
  'output_config.effort',
  'thinking.display',
  'reasoning.effort',
  'reasoning.summary',
  'mcp_servers',
]);
/** Members with client-defined content, in which names have no fixed meaning. */
const clientsOwn: ReadonlySet<string> = new Set(
  [
    'input_schema',
    'parameters',
    'parameters_json_schema',
    'schema',
    'json_schema',
    'response_schema',
    'response_json_schema',
    'input',
    'args',
    'arguments',
  ].map(toPlainName),
);

/** True if a request means the same without the member. */
export function mayBeLeftOut(path: readonly string[]): boolean {
  if (replaceableMembers.has(path.join('.'))) return true;
  const names = path.map((step) => toPlainName(step.replaceAll('[]', '')));
  return optionalMembers.has(names.at(-1) ?? '') && !names.slice(0, -1).some((name) => clientsOwn.has(name));
}

/**
 * Members that carry the conversation, the tools, or the length and format of the answer, in any API's terms. If a
 * vendor does not know one of them, the request is in the wrong format; without it, it would mean something else.
 */
const meaningfulMembers: ReadonlySet<string> = new Set(
  [
    ...['model', 'messages', 'instructions', 'system', 'contents', 'system_instruction', 'prompt'],
    ...['tools', 'tool_choice', 'tool_config', 'functions', 'function_call', 'function_declarations', 'stream', 'n'],
    ...['max_tokens', 'max_completion_tokens', 'max_output_tokens', 'stop', 'stop_sequences', 'candidate_count'],
    ...['response_format', 'text', 'format', 'generation_config', 'thinking', 'reasoning', 'parallel_tool_calls'],
    ...['response_mime_type', 'response_schema', 'response_json_schema', 'thinking_config', 'safety_settings'],
    ...['role', 'content', 'parts', 'type', 'id', 'name', 'call_id', 'tool_call_id', 'tool_use_id', 'tool_calls'],
    ...[
      'source',
      'data',
      'url',
      'file_data',
      'file_url',
      'image_url',
      'video_url',
      'input_audio',
      'inline_data',
      'media_type',
    ],
    ...['mime_type', 'arguments', 'args', 'input', 'output', 'response', 'function', 'function_response', 'summary'],
    ...[
      'description',
      'parameters',
      'input_schema',
      'schema',
      'json_schema',
      'is_error',
      'refusal',
      'signature',
      'custom',
    ],
    ...['encrypted_content', 'thought', 'thought_signature', 'document', 'image', 'file', 'previous_response_id'],
    ...['conversation', 'background', 'cached_content', 'allowed_function_names', 'mode'],
  ].map(toPlainName),
);

/**
 * Members that have a meaning in a message or a tool, but not in a request: there, they are a chat program's own data.
 */
const partsOwn: ReadonlySet<string> = new Set(['id', 'name', 'type', 'role', 'description', 'source', 'url']);

/**
 * Members of Anthropic's answers, and names as in other APIs, that have no meaning in a message. Some programs add whole
 * answers to the history.
 */
const answersOwn: ReadonlySet<string> = new Set(['id', 'type', 'model', 'name']);

/** True if a member that the vendor does not know is one that only the client added. */
export function isExtra(path: readonly string[]): boolean {
  const [first = '', second = ''] = path;
  if (path.length === 1 && partsOwn.has(toPlainName(first))) return true;
  if (path.length === 2 && first === 'messages[]' && answersOwn.has(toPlainName(second))) return true;
  // The `input` of a call is an object; the list of that name is a conversation.
  return (
    !meaningfulMembers.has(toPlainName(path.at(-1) ?? '')) &&
    !path.slice(0, -1).some((step) => clientsOwn.has(toPlainName(step)))
  );
}
