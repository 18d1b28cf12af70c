import { expect, it } from 'vitest';
import { maskEmails } from './mask-emails.ts';

it('leaves nothing of an email but its first letter', () => {
  expect(maskEmails('mei.lin+rate@mail.example.com refused')).toBe('m•••@••• refused');
  expect(maskEmails('a@b, c.d@e-f.org')).toBe('a•••@•••, c•••@•••');
  expect(maskEmails('anthropic:claude-sonnet-4@20250514')).toContain('anthropic:c•••');
  expect(maskEmails('Team account')).toBe('Team account');
  // Linear time on untrusted input.
  const long = `${'a.'.repeat(50_000)}@`;
  const start = performance.now();
  maskEmails(long);
  expect(performance.now() - start).toBeLessThan(5000);
});
