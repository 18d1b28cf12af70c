import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common';

/**
 * How hard a password is to guess, by zxcvbn's estimate: 0 and 1 are guessed at once, 2 soon, 3 hardly, 4 not. The server's
 * rule and the console's meter are this one function, so that they never disagree. It holds half a megabyte of words that
 * guessers try: to be loaded where a password is chosen, not before.
 */
export type PasswordStrength = 0 | 1 | 2 | 3 | 4;

/** The least that a new password must have. */
export const requiredStrength: PasswordStrength = 3;

/** Words that say where the password is used. */
const ownWords = ['atlassian', 'rovo', 'gateway', 'proxy', 'admin', 'administrator'];
/** The estimate's time grows with the length, and what is longer than this is strong or repeats itself. */
const measuredLength = 100;

const estimator = new ZxcvbnFactory({
  graphs: adjacencyGraphs,
  dictionary: { ...dictionary, own: ownWords },
});

export function measureStrength(password: string): PasswordStrength {
  return estimator.check(password.slice(0, measuredLength)).score;
}
