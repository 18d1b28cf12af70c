import { Buffer } from 'node:buffer';
import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../lib/clock.ts';
import { randomToken } from '../lib/secrets.ts';

/** Browsers that the admin logged in from before: each keeps a signed cookie, and nothing is kept here. */
export interface KnownDevices {
  /** A new cookie's value. */
  issue(): string;
  /** @returns the device's id; undefined for what was not issued here, or too long ago */
  read(cookie: string): string | undefined;
}

/** Maximum lifetime of a cookie in browsers: 400 days. Milliseconds. */
export const deviceLifetime = 400 * 86_400_000;

/** A value is `id.issued.signature`: 16 random bytes, milliseconds since the epoch, HMAC-SHA-256 of both. */
export function createKnownDevices(key: KeyObject, clock: Clock): KnownDevices {
  const sign = (text: string) => createHmac('sha256', key).update(text).digest('base64url');
  return {
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
