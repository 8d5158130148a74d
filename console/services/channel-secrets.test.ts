/** What of a channel is shown, and what saving it as shown keeps. */
import { describe, expect, test } from 'vitest';
import { channelInputSchema, hookTypes } from '../contracts/channels.ts';
import { shownHookUrl, shownMailUrl, splitSettings } from './channel-secrets.ts';

const inputOf = (type: string, settings: Record<string, unknown>) =>
  channelInputSchema.parse({ name: 'x', type, settings });
const mail = (url: string | null) => inputOf('email', { url, to: ['ops@example.com'] });

test('a mail password reads back as *** and is kept for the same server and user alone', () => {
  const stored = 'smtp://user:p%40ss@host:25';
  const shown = shownMailUrl(stored);
  expect(shown).not.toContain('p%40ss');
  expect(splitSettings(mail(shown), { url: stored }).secret).toEqual({ url: stored });
  const changed = 'smtp://user:new@host:25';
  expect(splitSettings(mail(changed), { url: stored }).secret).toEqual({ url: changed });
  expect(splitSettings(mail(null), { url: stored }).secret).toEqual({});
  for (const elsewhere of ['smtp://user:***@evil:25', 'smtp://other:***@host:25']) {
    expect(() => splitSettings(mail(elsewhere), { url: stored })).toThrow(/password/);
  }
});

describe.each(hookTypes)('%s', (type) => {
  const url = 'https://user:pw@hooks.example:8443/services/T0/B0/xyz?access_token=abc';
  const stored = { url, secret: 'SEC-123' };
  const shown = shownHookUrl(url);

  test('shows scheme and host of its address alone', () => {
    expect(shown).toBe('https://hooks.example:8443/***');
  });

  test('keeps what is sent back as it was read', () => {
    expect(splitSettings(inputOf(type, { url: shown, secret: '***' }), stored)).toEqual({
      open: {},
      secret: stored,
    });
  });

  test('takes what is new, and drops a secret that was taken away', () => {
    const other = 'https://hooks.example:8443/services/other';
    expect(splitSettings(inputOf(type, { url: other, secret: '***' }), stored).secret).toEqual({
      url: other,
      secret: 'SEC-123',
    });
    expect(splitSettings(inputOf(type, { url: shown }), stored).secret).toEqual({ url });
    expect(splitSettings(inputOf(type, { url: shown, secret: '' }), stored).secret).toEqual({ url });
  });

  test.each([
    ['the stored address at another host', 'https://evil.example/***', null],
    ['the stored address without TLS', 'http://hooks.example:8443/***', null],
    ['the stored secret at another host', 'https://evil.example/x', '***'],
  ])('does not use %s', (_, sent, secret) => {
    expect(() => splitSettings(inputOf(type, { url: sent, secret }), stored)).toThrow(/enter/);
  });

  test('a new one has nothing to keep', () => {
    expect(() => splitSettings(inputOf(type, { url: shown }), {})).toThrow(/enter all of it/);
    expect(() => splitSettings(inputOf(type, { url, secret: '***' }), {})).toThrow(/secret/);
  });

  test.each([
    'ftp://x/y',
    'https://',
    'https://x/ y',
    'https://x/#y',
    'javascript:alert(1)',
    'file:///etc/passwd',
    '',
  ])('refuses %j as an address', (wrong) => {
    expect(channelInputSchema.safeParse({ name: 'x', type, settings: { url: wrong } }).success).toBe(false);
  });
});
