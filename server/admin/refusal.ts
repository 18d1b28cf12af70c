/** Why the admin layer rejected a call. The names are error codes of the admin API. */
export type RefusalCode =
  | 'wrong_password'
  | 'weak_password'
  | 'second_factor_required'
  | 'wrong_code'
  | 'too_many_attempts';

/** A rejected call, with a message for the admin that contains no secrets. */
export class AdminRefusal extends Error {
  override readonly name = 'AdminRefusal';
  readonly code: RefusalCode;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: RefusalCode, message: string, retryAfterSeconds?: number) {
    super(message);
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
