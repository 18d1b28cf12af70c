import { randomInt } from 'node:crypto';

/** No vowels and no lookalikes: nothing to misread, no words by chance. 4.75 bits each. */
const alphabet = 'bcdfghjkmnpqrstvwxz23456789';

/** Random groups of five characters with dashes between, for people to type: `x7kqm-2hvzd`. */
export function randomGroups(count: number): string {
  const group = () => Array.from({ length: 5 }, () => alphabet.charAt(randomInt(alphabet.length))).join('');
  return Array.from({ length: count }, group).join('-');
}
