/** Shorter secrets are masked completely, because their ends would reveal too much. */
const minMaskedLength = 24;

/**
 * Masks a secret except its beginning and last four characters, like `ATAT…wxyz`, which is enough to tell secrets
 * apart.
 *
 * @param beginning number of characters to show at the beginning
 */
export function maskSecret(secret: string, beginning: number): string {
  return secret.length < minMaskedLength ? '…' : `${secret.slice(0, beginning)}…${secret.slice(-4)}`;
}
