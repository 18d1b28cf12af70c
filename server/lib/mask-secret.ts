/** The ends of a shorter secret would reveal too much of it. */
const shortest = 24;

/**
 * A secret's beginning and its last four characters, `ATAT…wxyz`: enough to tell secrets apart. A short one is hidden
 * whole.
 *
 * @param beginning how many characters of the beginning are shown
 */
export function maskSecret(secret: string, beginning: number): string {
  return secret.length < shortest ? '…' : `${secret.slice(0, beginning)}…${secret.slice(-4)}`;
}
