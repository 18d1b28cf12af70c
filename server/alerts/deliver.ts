import { channelValues } from '../../contract/alerts.ts';
import { redactText } from '../lib/redact.ts';
import { waitAtMost } from '../lib/wait-at-most.ts';
import type { StoredChannel } from './alert-store.ts';
import { sendEmail } from './channels/email.ts';
import { httpChannels } from './channels/index.ts';
import { type ForwardProxy, post } from './post.ts';
import { resolveAllowedHost } from './resolve-allowed-host.ts';
import type { AlertMessage } from './write-message.ts';

/** The result of sending a message. */
export interface Delivery {
  readonly ok: boolean;
  /** English, without the channel's secrets. */
  readonly message: string;
}

export interface DeliveryOptions {
  readonly allowPrivate: boolean;
  readonly proxy: ForwardProxy;
  /** Milliseconds in total. Single steps have shorter timeouts, but a server may answer slowly without an end. */
  readonly timeout?: number;
}

const longest = 60_000;
/** Maximum length of the result's message in characters. */
const maxMessageLength = 300;

/** Sends a message once. Never throws; the result describes errors. */
export async function deliver(
  channel: Pick<StoredChannel, 'kind' | 'values'>,
  message: AlertMessage,
  id: string,
  options: DeliveryOptions,
): Promise<Delivery> {
  const { timeout = longest } = options;
  const delivery = await waitAtMost(timeout, tryDelivering(channel, message, id, options));
  return delivery ?? { ok: false, message: `The server did not finish within ${timeout / 1000} s.` };
}

async function tryDelivering(
  { kind, values }: Pick<StoredChannel, 'kind' | 'values'>,
  message: AlertMessage,
  id: string,
  options: DeliveryOptions,
): Promise<Delivery> {
  try {
    if (kind === 'email') {
      const email = channelValues.email.parse(values);
      await sendEmail(email, await resolveAllowedHost(email.host, options.allowPrivate), message, id);
      return { ok: true, message: 'Sent.' };
    }
    const channel = httpChannels[kind];
    const answer = await post(channel.write(values, message, id), options);
    const refusal = channel.findRefusal(answer);
    return refusal === undefined ? { ok: true, message: 'Sent.' } : { ok: false, message: clean(refusal, values) };
  } catch (error) {
    return { ok: false, message: clean(error instanceof Error ? error.message : String(error), values) };
  }
}

/** Redacts a response, which may echo what was sent. */
function clean(text: string, values: Readonly<Record<string, string>>): string {
  const { url, secret, token, password } = values;
  const secrets = [url, secret, token, password].filter((one) => one !== undefined);
  return redactText(text, secrets, maxMessageLength);
}
