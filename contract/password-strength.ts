import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common';

/**
 * How hard a password is to guess, as estimated by zxcvbn: 0 and 1 are guessed immediately, 2 soon, 3 only with great
 * effort, 4 practically never. The server's rule and the console's meter share this function, so they always agree. It
 * includes half a megabyte of word lists: import it lazily.
 */
export type PasswordStrength = 0 | 1 | 2 | 3 | 4;

/** Minimum strength of a new password. */
export const requiredStrength: PasswordStrength = 3;

/** Words that are easy to guess for this application. */
const ownWords = ['atlassian', 'rovo', 'gateway', 'proxy', 'admin', 'administrator'];
/** The estimate takes longer the longer the input. Longer passwords are strong or repetitive, so a prefix is enough. */
const measuredLength = 100;

const estimator = new ZxcvbnFactory({
  graphs: adjacencyGraphs,
  dictionary: { ...dictionary, own: ownWords },
});

export function measureStrength(password: string): PasswordStrength {
  return estimator.check(password.slice(0, measuredLength)).score;
}
