import type { CredentialTest } from '../../../contract/credentials.ts';

interface Explanation {
  /** Key of the text that says what happened and what to do. */
  readonly hint: 'hintToken' | 'hintPermission' | 'hintRate' | 'hintNetwork' | 'hintRefused';
  /** What Atlassian or the network said, in English; undefined if the hint says it all. */
  readonly evidence: string | undefined;
}

/** Explains a failed test by the state of the credits if Atlassian reported them, otherwise by its status. */
export function explainTest({ credits, status, message }: CredentialTest): Explanation {
  if (credits !== null) {
    return { hint: credits.status === 'blocked' ? 'hintPermission' : 'hintRate', evidence: credits.message };
  }
  if (status === 401) return { hint: 'hintToken', evidence: undefined };
  if (status === 403) return { hint: 'hintPermission', evidence: message };
  if (status === 429) return { hint: 'hintRate', evidence: message };
  return { hint: status === undefined ? 'hintNetwork' : 'hintRefused', evidence: message };
}
