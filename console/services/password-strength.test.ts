/** Passwords that lead every list of leaked ones are refused in the shapes people give them; ordinary ones are not. */
import { expect, test } from 'vitest';
import { isCommonPassword } from './password-strength.ts';

test.each([
  'password',
  'Password1',
  'password123!',
  'P@ssw0rd',
  'p4ssw0rd2026',
  '12345678',
  '1234567890',
  '87654321',
  'abcdefgh',
  'aaaaaaaa',
  '1212121212',
  'qwertyuiop',
  '1qazWSX',
  'Welcome2026',
  'letmein!!',
  'changeme',
  'admin123',
  'keadmin1',
  'iloveyou2',
  '2026summer',
  'Kafka-2026',
])('%s is refused', (password) => {
  expect(isCommonPassword('ann', password)).toBe(true);
});

test.each(['annette1', 'Annette', '1annette!'])('%s is refused for annette', (password) => {
  expect(isCommonPassword('annette', password)).toBe(true);
});

test.each([
  'correct horse',
  'long enough',
  'battery staple',
  'tr0ub4dor&3',
  '8f3k-29dk-x',
  'пароль и соль',
  '红色的自行车在雨里',
])('%s is not', (password) => {
  expect(isCommonPassword('ann', password)).toBe(false);
});
