/** The password just used to log in, for the forced change right after it; in memory only. */
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
