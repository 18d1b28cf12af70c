import type { z } from 'zod';
import type { channelValues } from '../../../contract/alerts.ts';
import type { ReachableHost } from '../reachable-host.ts';
import type { AlertMessage } from '../write-message.ts';
import { toText } from './call.ts';

/** Milliseconds. */
const patience = 15_000;

/**
 * Sends an e-mail by SMTP.
 *
 * @param host the resolved and allowed address of the server, which is not resolved again
 * @throws Error whose message may contain the server's response
 */
export async function sendEmail(
  values: z.output<typeof channelValues.email>,
  host: ReachableHost,
  message: AlertMessage,
  id: string,
): Promise<void> {
  const { createTransport } = await import('nodemailer');
  const transport = createTransport({
    host: host.address,
    port: values.port,
    secure: values.security === 'tls',
    requireTLS: values.security === 'starttls',
    ignoreTLS: values.security === 'none',
    tls: { servername: host.name },
    ...(values.user === undefined ? {} : { auth: { user: values.user, pass: values.password ?? '' } }),
    connectionTimeout: patience,
    greetingTimeout: patience,
    socketTimeout: patience,
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
