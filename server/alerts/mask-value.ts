import { maskSecret } from '../lib/mask-secret.ts';

/** A secret value as it may be shown: of an address its origin, and the end by which it is known. */
export function maskValue(value: string): string {
  if (!URL.canParse(value)) return maskSecret(value, 0);
  return `${new URL(value).origin}/${maskSecret(value, 0)}`;
}
