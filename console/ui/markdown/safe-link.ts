/** The address a model's link may lead to; empty for scripts, data and everything else but the web and mail. */
export function safeLink(address: string): string {
  const trimmed = address.trim();
  if (!URL.canParse(trimmed)) return '';
  return /^(?:https?|mailto):$/.test(new URL(trimmed).protocol) ? trimmed : '';
}
