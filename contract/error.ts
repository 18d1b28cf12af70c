import { z } from 'zod';

/** The admin API's error codes. The console has a text for each of them in both languages. */
export const adminErrorCode = z.enum([
  'unauthenticated',
  'password_change_required',
  'wrong_password',
  'second_factor_required',
  'wrong_code',
  'weak_password',
  'too_many_attempts',
  'forbidden_origin',
  'invalid_input',
  'not_found',
  'conflict',
  'upstream_refused',
  'unavailable',
  'internal',
]);
export type AdminErrorCode = z.infer<typeof adminErrorCode>;

/** The body of every error response of the admin API. */
export const adminError = z.object({
  error: z.object({
    code: adminErrorCode,
    /** English, for scripts. The console shows its own text for `code`. */
    message: z.string(),
    /** The invalid field of the input, as a dotted path. */
    field: z.string().optional(),
    retryAfterSeconds: z.number().optional(),
  }),
});
export type AdminError = z.infer<typeof adminError>;
