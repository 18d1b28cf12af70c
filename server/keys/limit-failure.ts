import { Failure, type FailureKind, type FailureOptions } from '../conversation/failure.ts';

/** A refusal by a key's limits, with the headers that say how they stand. */
export class LimitFailure extends Failure {
  /** OpenAI's `x-ratelimit-*`. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    kind: FailureKind,
    publicMessage: string,
    options: FailureOptions,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(kind, publicMessage, { fault: 'request', ...options });
    this.headers = headers;
  }
}
