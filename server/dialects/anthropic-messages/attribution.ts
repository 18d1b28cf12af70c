const attribution = 'x-anthropic-billing-header:';
/** In characters; longer lines are not Claude Code's. */
const maxLineLength = 500;

/**
 * Removes the hash from the line that Claude Code puts before its system prompt:
 * `x-anthropic-billing-header: cc_version=2.1.177.01c; cc_entrypoint=cli; cch=36ee5;`. Only Anthropic's own API reads
 * the line. The hash differs in every request, so with it no request could use the prompt cache of the one before
 * (https://github.com/anthropics/claude-code/issues/68900).
 */
export function withoutRequestHash(text: string): string {
  if (!text.startsWith(attribution)) return text;
  const [line = ''] = text.slice(0, maxLineLength).split('\n', 1);
  return line.replace(/ ?\bcch=[^;]*;?/, '') + text.slice(line.length);
}
