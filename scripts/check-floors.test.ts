import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { complaintsAboutLock } from './check-floors.ts';

const lockWith = (packages: Record<string, unknown>): string =>
  JSON.stringify({ packages: { '': {}, ...packages } });

describe('check-floors', () => {
  it('is content with the lock file of this repository', () => {
    expect(complaintsAboutLock(readFileSync('package-lock.json', 'utf8'))).toEqual([]);
  });

  it.each([
    ['node_modules/next', '16.4.0', 1],
    ['node_modules/next', '16.4.1', 0],
    ['node_modules/next', '15.5.27', 1],
    ['node_modules/next', '15.5.28', 0],
    ['node_modules/next', '14.9.9', 1],
    ['node_modules/a/node_modules/nodemailer', '9.9.9', 1],
    ['node_modules/nodemailer', '10.10.0', 0],
  ])('judges %s %s', (place, version, complaints) => {
    expect(complaintsAboutLock(lockWith({ [place]: { version } }))).toHaveLength(complaints);
  });

  it('refuses a lock file that says where packages were downloaded from', () => {
    const lock = lockWith({
      'node_modules/left': { version: '1.0.0', resolved: 'https://packages.example/left.tgz' },
    });
    expect(complaintsAboutLock(lock)[0]).toContain('node_modules/left');
  });

  it('wants the database client and its generator at one version', () => {
    const lock = lockWith({
      'node_modules/prisma': { version: '7.10.0' },
      'node_modules/@prisma/client': { version: '7.10.1' },
    });
    expect(complaintsAboutLock(lock)[0]).toContain('one version');
  });
});
