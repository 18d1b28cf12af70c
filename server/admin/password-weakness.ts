import { passwordRules } from '../../contract/session.ts';

/**
 * Why a password is not acceptable as a new one, as a sentence; undefined if it is.
 *
 * @param current the password to be replaced
 */
export async function findPasswordWeakness(password: string, current?: string): Promise<string | undefined> {
  const { minLength } = passwordRules;
  if (password.length < minLength) return `The password must have at least ${minLength} characters.`;
  if (password === current) return 'The new password must differ from the current one.';
  const { measureStrength, requiredStrength } = await import('../../contract/password-strength.ts');
  return measureStrength(password) < requiredStrength ? 'The password is too easy to guess.' : undefined;
}
