import { Buffer } from 'node:buffer';
import type { UpstreamAccount } from '../../upstream/account-headers.ts';
import type { PersonalWords } from './mask.ts';
import { isApiWord } from './vocabulary.ts';

/** The owner's data that is known before the capture. */
export interface Owner {
  readonly account: UpstreamAccount;
  readonly label: string;
  /** Ids and URLs of the account's sites. */
  readonly sites: readonly string[];
}

const minWordLength = 3;

/** The words in an account's e-mail address, label and sites, which are masked in messages. */
export function personalWordsOf({ account, label, sites }: Owner): PersonalWords {
  const texts = [account.email, label, account.cloudId ?? '', ...sites];
  const words = texts.flatMap((text) => text.toLowerCase().split(/[^\p{L}]+/u));
  return new Set(words.filter((word) => word.length >= minWordLength && !commonParts.has(word)));
}

/** Parts of URLs that are not personal. */
const commonParts: ReadonlySet<string> = new Set(['http', 'https', 'www', 'com', 'net', 'org', 'atlassian', 'jira']);

/**
 * The final check of a capture before it is written: searches it for the account's data.
 *
 * @throws Error that names what was found, without its value
 */
export function requireNothingPersonal(text: string, owner: Owner): void {
  const { email, token, cloudId } = owner.account;
  const pair = Buffer.from(`${email}:${token}`, 'utf8').toString('base64');
  const local = email.split('@')[0] ?? '';
  const known: readonly (readonly [string, string])[] = [
    ['the e-mail address', email],
    ['the name in the e-mail address', isApiWord(local.toLowerCase()) ? '' : local],
    ['the API token', token],
    ['the encoded account', pair.slice(0, 40)],
    ['the cloud id', cloudId ?? ''],
    ...owner.sites.map((site): [string, string] => ['a site', /^https?:\/\/([^./]+)/.exec(site)?.[1] ?? site]),
  ];
  const lower = text.toLowerCase();
  for (const [what, value] of known) {
    if (value.length > minWordLength && !isApiWord(value.toLowerCase()) && lower.includes(value.toLowerCase())) {
      throw new Error(`The capture was not written: ${what} would have been in it.`);
    }
  }
}
