/** Why the admin layer refused; the names are those of the admin API's error codes. */
export type RefusalCode =
  | 'wrong_password'
  | 'weak_password'
  | 'second_factor_required'
  | 'wrong_code'
  | 'too_many_attempts';

/** A refusal with a message for the admin that holds no secret. */
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
