import { createHmac } from 'node:crypto';
import { channelValues } from '../../../contract/alerts.ts';
import type { AlertMessage } from '../write-message.ts';
import { defineHttpChannel, json, refusalByStatus } from './call.ts';

/** https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
const prefix = 'whsec_';

/** JSON for programs, signed according to Standard Webhooks: HMAC-SHA256 of `id.timestamp.body`. */
export const webhook = defineHttpChannel(channelValues.webhook, {
  write({ url, secret }, message, id) {
    const body = JSON.stringify(toPayload(message));
    const timestamp = String(Math.floor(message.at / 1000));
    const headers = { ...json, 'webhook-id': id, 'webhook-timestamp': timestamp };
    if (secret === undefined) return { url, headers, body };
    const signature = createHmac('sha256', readKey(secret)).update(`${id}.${timestamp}.${body}`).digest('base64');
    return { url, headers: { ...headers, 'webhook-signature': `v1,${signature}` }, body };
  },
  findRefusal: refusalByStatus,
});

function toPayload({ type, level, title, lines, link, at }: AlertMessage) {
  return {
    type: `alert.${type === 'alert' ? 'raised' : type}`,
    timestamp: new Date(at).toISOString(),
    data: { level, title, lines, link },
  };
}

/** A secret in the standard's format is Base64; any other is used directly. */
function readKey(secret: string): Buffer {
  return secret.startsWith(prefix) ? Buffer.from(secret.slice(prefix.length), 'base64') : Buffer.from(secret, 'utf8');
}
