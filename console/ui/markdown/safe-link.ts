/** Sanitizes a link in a model's answer: only web and mail addresses are allowed, anything else becomes empty. */
export function safeLink(address: string): string {
  const trimmed = address.trim();
  if (!URL.canParse(trimmed)) return '';
  return /^(?:https?|mailto):$/.test(new URL(trimmed).protocol) ? trimmed : '';
}
