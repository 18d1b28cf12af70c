import { Buffer } from 'node:buffer';
import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../lib/clock.ts';
import { randomToken } from '../lib/secrets.ts';

/** Browsers that the admin has logged in from. Each has a signed cookie; the server stores nothing. */
export interface KnownDevices {
  /** Short id of the signing key, for the names of cookies. The same for all replicas of a gateway. */
  readonly issuer: string;
  /** Creates the value of a new cookie. */
  issue(): string;
  /** @returns the device's id; undefined if the signature is invalid or the cookie has expired */
  read(cookie: string): string | undefined;
}

/** Maximum lifetime of a cookie in browsers: 400 days in milliseconds. */
export const deviceLifetime = 400 * 86_400_000;

/** The cookie value is `id.issued.signature`: 16 random bytes, milliseconds since the epoch, HMAC-SHA-256 of both. */
export function createKnownDevices(key: KeyObject, clock: Clock): KnownDevices {
  const sign = (text: string) => createHmac('sha256', key).update(text).digest('base64url');
  return {
    issuer: createHmac('sha256', key).update('issuer').digest('hex').slice(0, 8),
    issue() {
      const text = `${randomToken(16)}.${clock()}`;
      return `${text}.${sign(text)}`;
    },
    read(cookie) {
      const [id = '', issued = '', signature = ''] = cookie.split('.', 3);
      if (!isEqual(signature, sign(`${id}.${issued}`))) return undefined;
      return clock() - Number(issued) < deviceLifetime ? id : undefined;
    },
  };
}

function isEqual(given: string, wanted: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(wanted)];
  return one.length === other.length && timingSafeEqual(one, other);
}
