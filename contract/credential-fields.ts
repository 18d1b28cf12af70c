import { z } from 'zod';
import { nameText } from './common.ts';
import { gatewayMessages } from './gateway-messages.ts';

/** Printable ASCII without spaces: both are sent in request headers, which allow little else. */
const headerSafe = /^[\x21-\x7e]*$/;

/**
 * The fields of an account as entered in the console, on the command line or by an import. Surrounding white space is
 * removed.
 */
export const credentialFields = {
  email: z.string().trim().pipe(z.email().max(254)),
  token: z
    .string()
    .trim()
    .min(1, gatewayMessages.noToken)
    .min(8, gatewayMessages.tokenShort)
    .max(4096, gatewayMessages.tokenLong)
    .regex(headerSafe, gatewayMessages.tokenCharacters),
  label: nameText.max(100, gatewayMessages.labelLong),
  cloudId: z.string().trim().max(100, gatewayMessages.cloudIdLong).regex(headerSafe, gatewayMessages.cloudIdCharacters),
};
