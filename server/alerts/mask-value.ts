import { maskSecret } from '../lib/mask-secret.ts';

/** Masks a secret value for display. For a URL, shows the origin and the last characters. */
export function maskValue(value: string): string {
  if (!URL.canParse(value)) return maskSecret(value, 0);
  return `${new URL(value).origin}/${maskSecret(value, 0)}`;
}
