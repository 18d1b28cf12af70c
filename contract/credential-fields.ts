import { z } from 'zod';
import { nameText } from './common.ts';

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
    .min(1, 'There is no token.')
    .min(8, 'The token is too short.')
    .max(4096, 'The token is too long.')
    .regex(headerSafe, 'The token contains invalid characters.'),
  label: nameText.max(100, 'The label is longer than 100 characters.'),
  cloudId: z
    .string()
    .trim()
    .max(100, 'The cloud id is longer than 100 characters.')
    .regex(headerSafe, 'The cloud id contains invalid characters.'),
};
