import type {} from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { deviceLifetime, type KnownDevices } from '../../admin/known-devices.ts';
import type { PublicUrl } from '../../lib/public-url.ts';
import { cookieAttributes } from './cookie-attributes.ts';

/**
 * Outlives sessions and logouts. It grants no access; it only exempts the admin's devices from the rate limit that
 * strangers' login attempts exhaust.
 */
const name = 'atlassian_proxy_device';

/** @returns the id of a device that has logged in before */
export function readDeviceCookie(request: FastifyRequest, devices: KnownDevices): string | undefined {
  const cookie = request.cookies[name];
  return cookie === undefined ? undefined : devices.read(cookie);
}

export function writeDeviceCookie(reply: FastifyReply, devices: KnownDevices, publicUrl: PublicUrl | undefined): void {
  const attributes = cookieAttributes(reply.request, publicUrl);
  reply.setCookie(name, devices.issue(), { ...attributes, maxAge: deviceLifetime / 1000 });
}
