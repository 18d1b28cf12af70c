import { z } from 'zod';

/** The admin API's error codes; the console has words for each of them in both languages. */
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

/** The body of every answer of the admin API that is not a success. */
export const adminError = z.object({
  error: z.object({
    code: adminErrorCode,
    /** English, for scripts; the console words it by `code`. */
    message: z.string(),
    /** The input's field that is wrong, dotted. */
    field: z.string().optional(),
    retryAfterSeconds: z.number().optional(),
  }),
});
export type AdminError = z.infer<typeof adminError>;
