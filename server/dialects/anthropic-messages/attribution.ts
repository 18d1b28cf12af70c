const attribution = 'x-anthropic-billing-header:';
/** In characters; longer lines are not Claude Code's. */
const maxLineLength = 500;

/**
 * Removes the line that Claude Code puts before its system prompt: `x-anthropic-billing-header: cc_version=2.1.177.01c;
 * cc_entrypoint=cli; cch=36ee5;`. Only Anthropic's own API reads it. `cch` is a hash that differs in every request, and
 * the version ends with a hash of the conversation's first message. With these in the prompt, no request could use the
 * prompt cache of another one (https://github.com/anthropics/claude-code/issues/68900).
 */
export function withoutAttribution(text: string): string {
  if (!text.startsWith(attribution)) return text;
  const end = text.slice(0, maxLineLength).indexOf('\n');
  if (end === -1) return text.length > maxLineLength ? text : '';
  return text.slice(end + 1);
}
