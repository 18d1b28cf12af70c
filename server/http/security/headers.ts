import type { FastifyInstance } from 'fastify';

/** Headers for everything under `/admin`. */
const common = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'x-frame-options': 'DENY',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
};

/**
 * Scripts only from the gateway's own files. Inline styles are allowed, because Mantine and its libraries add `<style>`
 * elements at run time, not all of which support a nonce. Images may be `data:` and `blob:` URLs, for the playground.
 */
const consolePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "manifest-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'self'",
].join('; ');

/** API responses are never pages. */
const apiPolicy = "default-src 'none'; frame-ancestors 'none'";

/** Adds the security headers of the console's pages and files. */
export function secureConsole(scope: FastifyInstance): void {
  scope.addHook('onRequest', async (_request, reply) => {
    reply.headers({ ...common, 'content-security-policy': consolePolicy });
  });
}

/**
 * Adds the security headers of the admin API's responses, which must not be cached because only the admin may see them.
 */
export function secureApi(scope: FastifyInstance): void {
  scope.addHook('onRequest', async (_request, reply) => {
    reply.headers({ ...common, 'content-security-policy': apiPolicy, 'cache-control': 'no-store' });
  });
}
