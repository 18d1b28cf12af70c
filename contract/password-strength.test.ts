import { expect, it } from 'vitest';
import { measureStrength, requiredStrength } from './password-strength.ts';

it.each([
  'aaaaaaaaaaaa',
  'abababababab',
  'abcdeabcdeabcde',
  '1234567890',
  '0987654321',
  'abcdefghijkl',
  'qwertyuiop',
  'qwertyuiop12',
  'password123',
  'P@ssw0rd1234',
  'iloveyou2024',
  'summer2024!',
  'AtlassianAdmin123',
  'a'.repeat(256),
])('%s is too weak', (password) => {
  expect(measureStrength(password)).toBeLessThan(requiredStrength);
});

it.each([
  'correct horse battery',
  'Tr0ub4dor&3x',
  '密码必须足够长才可以用',
  'my dog ate 3 shoes',
  'x7k2p-9qmr4-w8n3d-t6v5b',
])('%s is strong enough', (password) => {
  expect(measureStrength(password)).toBeGreaterThanOrEqual(requiredStrength);
});
