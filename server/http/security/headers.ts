import type { FastifyInstance } from 'fastify';

/** For everything under `/admin`. */
const common = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'x-frame-options': 'DENY',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
};

/**
 * Scripts only as files of the gateway's own. Styles also inline: Mantine and the libraries under it write `<style>`
 * elements at run time, not all of which take a nonce. Images also from memory: pictures for the playground.
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

/** An answer of the API is never a page. */
const apiPolicy = "default-src 'none'; frame-ancestors 'none'";

/** The console's pages and files. */
export function secureConsole(scope: FastifyInstance): void {
  scope.addHook('onRequest', async (_request, reply) => {
    reply.headers({ ...common, 'content-security-policy': consolePolicy });
  });
}

/** The admin API's answers: kept by no cache, since they hold what only the admin may see. */
export function secureApi(scope: FastifyInstance): void {
  scope.addHook('onRequest', async (_request, reply) => {
    reply.headers({ ...common, 'content-security-policy': apiPolicy, 'cache-control': 'no-store' });
  });
}
