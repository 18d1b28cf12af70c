import type { AdminAccount } from '../admin-store.ts';

/** The password of `cheapAccount`. */
export const cheapPassword = 'correct horse battery';

/** An account whose password hash is cheap to verify, for tests. */
export const cheapAccount: AdminAccount = {
  passwordHash: '$argon2id$v=19$m=64,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$/ur5fLELUb1eXkT9oKHqq6gHGZ9Phwgbj4qyIcCNaYc',
  passwordChangeRequired: false,
  secondFactorSecret: null,
  recoveryCodeHashes: [],
};
