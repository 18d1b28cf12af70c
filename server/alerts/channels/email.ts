import type { z } from 'zod';
import type { channelValues } from '../../../contract/alerts.ts';
import { readRecord } from '../../lib/json.ts';
import type { AllowedHost } from '../resolve-allowed-host.ts';
import type { AlertMessage } from '../write-message.ts';
import { toText } from './call.ts';

/** Milliseconds. */
const timeout = 15_000;

/**
 * Sends an e-mail by SMTP.
 *
 * @param host the resolved and allowed addresses of the server, which is not resolved again. One of each family is tried
 * @throws Error whose message may contain the server's response
 */
export async function sendEmail(
  values: z.output<typeof channelValues.email>,
  host: AllowedHost,
  message: AlertMessage,
  id: string,
): Promise<void> {
  const [first, ...others] = host.addresses;
  const other = others.find(({ family }) => family !== first?.family);
  try {
    await sendTo(first?.address ?? '', values, host.name, message, id);
  } catch (error) {
    if (other === undefined || !isUnconnected(error)) throw error;
    await sendTo(other.address, values, host.name, message, id);
  }
}

/** Whether the server was not reached, or did not greet. */
function isUnconnected(error: unknown): boolean {
  return readRecord(error).command === 'CONN';
}

async function sendTo(
  address: string,
  values: z.output<typeof channelValues.email>,
  servername: string,
  message: AlertMessage,
  id: string,
): Promise<void> {
  const { createTransport } = await import('nodemailer');
  const transport = createTransport({
    host: address,
    port: values.port,
    secure: values.security === 'tls',
    requireTLS: values.security === 'starttls',
    ignoreTLS: values.security === 'none',
    tls: { servername },
    ...(values.user !== undefined && { auth: { user: values.user, pass: values.password ?? '' } }),
    connectionTimeout: timeout,
    greetingTimeout: timeout,
    socketTimeout: timeout,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    await transport.sendMail({
      from: values.from,
      to: [...values.to],
      subject: message.title,
      text: toText(message),
      messageId: `<${id}@atlassian-proxy>`,
      headers: { 'Auto-Submitted': 'auto-generated' },
    });
  } finally {
    transport.close();
  }
}
