import type {} from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { deviceLifetime, type KnownDevices } from '../../admin/known-devices.ts';
import type { PublicUrl } from '../../lib/public-url.ts';
import { cookieAttributes } from './cookie-attributes.ts';

/** Outlives sessions and log-outs: it lets nobody in, it only keeps strangers' attempts from keeping the owner out. */
const name = 'atlassian_proxy_device';

/** @returns the id of a device that logged in before */
export function readDeviceCookie(request: FastifyRequest, devices: KnownDevices): string | undefined {
  const cookie = request.cookies[name];
  return cookie === undefined ? undefined : devices.read(cookie);
}

export function writeDeviceCookie(reply: FastifyReply, devices: KnownDevices, publicUrl: PublicUrl | undefined): void {
  const attributes = cookieAttributes(reply.request, publicUrl);
  reply.setCookie(name, devices.issue(), { ...attributes, maxAge: deviceLifetime / 1000 });
}
