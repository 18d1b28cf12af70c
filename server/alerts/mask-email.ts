/**
 * Masks an email like `p…m@example.com`: recognisable for the admin, but messages pass through third-party services.
 */
export function maskEmail(email: string): string {
  const at = email.lastIndexOf('@');
  if (at < 1) return '…';
  const name = email.slice(0, at);
  const shown = name.length < 4 ? `${name.slice(0, 1)}…` : `${name.slice(0, 1)}…${name.slice(-1)}`;
  return shown + email.slice(at);
}
