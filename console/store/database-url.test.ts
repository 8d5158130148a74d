import { describe, expect, it } from 'vitest';
import { readDatabaseUrl } from './database-url.ts';
import { versionRefusal } from './providers/mysql.ts';
import { refusal } from './providers/server-refusal.ts';

const server = (url: string) => {
  const place = readDatabaseUrl(url);
  if (place.kind === 'sqlite') throw new Error('a file');
  return place;
};

describe('the URL of a database', () => {
  it.each([
    ['file:/srv/a b.db', '/srv/a b.db'],
    ['file:///srv/x.db', '/srv/x.db'],
  ])('%s', (url, file) => {
    expect(readDatabaseUrl(url)).toEqual({ kind: 'sqlite', file, shown: file });
  });

  it('names a server, with its own port and a password in percent signs', () => {
    expect(readDatabaseUrl('postgresql://ann:p%40ss%3A@db/aquila?sslmode=require&schema=console')).toEqual({
      kind: 'postgresql',
      host: 'db',
      port: 5432,
      user: 'ann',
      password: 'p@ss:',
      database: 'aquila',
      options: { sslmode: 'require', schema: 'console' },
      shown: '"aquila" on db:5432',
    });
    expect(server('mysql://ann:x@[::1]:3307/a')).toMatchObject({ host: '::1', port: 3307, kind: 'mysql' });
  });

  it.each([
    ['oracle://u:geheim@h/d', /kind "oracle:"/],
    ['postgresql://u:ge@heim:x/d@h/d', /cannot be read|names no database/],
    ['postgresql://u:geheim@h', /names no database/],
    ['postgresql://u:geheim@h/a/b', /names no database/],
    ['mysql://h/d', /names no user/],
    ['mysql://u:geheim%@h/d', /%/],
    ['mysql://u:geheim@h/d?charset=latin1', /option "charset" is not known/],
    ['postgresql://u:geheim@h/d?sslmode=perhaps', /"perhaps" is no value/],
    ['postgresql://u:geheim@h/d?schema=a"b', /is no value for the option "schema"/],
  ])('is refused: %s', (url, words) => {
    let message = '';
    try {
      readDatabaseUrl(url);
    } catch (error) {
      message = error instanceof Error ? error.message : '';
    }
    expect(message).toMatch(/^AQUILA_DATABASE_URL: /);
    expect(message).toMatch(words);
    expect(message).not.toContain('geheim');
  });
});

describe('a server', () => {
  it.each([
    ['10.11.19-MariaDB-0+deb12u1', null],
    ['5.5.5-10.6.1-MariaDB', null],
    ['11.4.2-MariaDB', null],
    ['10.5.26-MariaDB', 'MariaDB 10.5.26'],
    ['8.0.19', null],
    ['8.4.0', null],
    ['9.0.1', null],
    ['8.0.18', 'MySQL 8.0.18'],
    ['5.7.44-log', 'MySQL 5.7.44'],
  ])('of the version %s', (version, refused) => {
    const found = versionRefusal(server('mysql://u:p@h/d'), version)?.message ?? null;
    if (refused === null) expect(found).toBeNull();
    else expect(found).toContain(`is ${refused}`);
  });

  it('that repeats the password in its words does not have it shown', () => {
    const place = server('postgresql://u:geheim@h/d');
    expect(refusal(place, new Error('cannot parse postgresql://u:geheim@h/d')).message).not.toContain(
      'geheim',
    );
    const nowhere = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    expect(refusal(place, nowhere)).toMatchObject({
      kind: 'cannot-open',
      message: expect.stringMatching(/^No PostgreSQL server answers at h:5432 .*Start it/) as string,
    });
  });
});
