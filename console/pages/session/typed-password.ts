/** The password of the login that has just been, for the change that is due right after it; in memory only. */
let typed: string | undefined;

export function rememberPassword(password: string): void {
  typed = password;
}

export function recallPassword(): string | undefined {
  return typed;
}

export function forgetPassword(): void {
  typed = undefined;
}
