import { parseEnv } from 'node:util';
import { splitPair } from '../../pool/import-credentials.ts';
import { type FoundItem, foundCredential, foundKey, Unreadable } from '../found.ts';

const known = /^[ \t]*(?:export[ \t]+)?(?:RV_COOKIE|ROVODEV_EMAIL|ROVODEV_API_TOKEN|ROVODEV_CLOUD_ID)[ \t]*=/m;

export const isEnvironment = (text: string) => known.test(text);

/**
 * Reads `RV_COOKIE=email:token,…` with `API_SECRET=key,…`, and `ROVODEV_EMAIL` with `ROVODEV_API_TOKEN` and
 * `ROVODEV_CLOUD_ID`.
 */
export function readEnvironment(text: string): FoundItem[] {
  const values = parseEnv(text);
  const items = [
    ...listOf(values.RV_COOKIE).map(({ value, place }) => foundCredential(`RV_COOKIE${place}`, splitPair(value))),
    ...readSingle(values),
    ...listOf(values.API_SECRET).map(({ value, place }) => foundKey(`API_SECRET${place}`, value)),
  ];
  if (items.length === 0) throw new Unreadable('Its settings contain no credential.');
  return items;
}

function readSingle(values: NodeJS.Dict<string>): FoundItem[] {
  const { ROVODEV_EMAIL: email, ROVODEV_API_TOKEN: token, ROVODEV_CLOUD_ID: cloudId } = values;
  if (!email && !token) return [];
  return [foundCredential('ROVODEV_EMAIL', { email: email ?? '', token: token ?? '', cloudId: cloudId ?? '' })];
}

function listOf(setting: string | undefined): { value: string; place: string }[] {
  const parts = (setting ?? '').split(',').map((part) => part.trim());
  return parts
    .map((value, index) => ({ value, place: parts.length === 1 ? '' : `, entry ${index + 1}` }))
    .filter(({ value }) => value !== '');
}
