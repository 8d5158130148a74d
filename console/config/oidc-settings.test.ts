/** AQUILA_OIDC_*: what they mean together, and which role a claim gives. */
import { expect, test } from 'vitest';
import { nameOfClaims, roleOfClaims } from '../services/oidc-accounts.ts';
import { readConsoleConfig } from './environment.ts';
import { parseRoleMapping } from './oidc-settings.ts';

const issuer = { AQUILA_OIDC_ISSUER: 'https://id.example.org/realms/a', AQUILA_OIDC_CLIENT_ID: 'aquila' };
const settingsOf = (environment: Record<string, string> = {}) => {
  const { oidc } = readConsoleConfig({ ...issuer, ...environment }, null, '/nowhere');
  if (oidc === null) throw new Error('there should be settings');
  return oidc;
};

test('without an issuer there is none, and with one the rest has defaults', () => {
  expect(readConsoleConfig({}, null, '/nowhere').oidc).toBeNull();
  expect(settingsOf()).toEqual({
    issuer: 'https://id.example.org/realms/a',
    clientId: 'aquila',
    clientSecret: null,
    name: 'id.example.org',
    scopes: 'openid profile email',
    userClaim: 'preferred_username',
    roleClaim: 'roles',
    roles: { admin: ['admin'], operator: ['operator'], viewer: ['viewer'] },
  });
});

test.each([
  [{ AQUILA_OIDC_ISSUER: 'https://id' }, /AQUILA_OIDC_CLIENT_ID: is needed/],
  [
    { AQUILA_OIDC_CLIENT_SECRET: 'hush' },
    /AQUILA_OIDC_CLIENT_SECRET: has no effect without AQUILA_OIDC_ISSUER/,
  ],
  [{ ...issuer, AQUILA_OIDC_ISSUER: 'ftp://id' }, /AQUILA_OIDC_ISSUER/],
  [{ ...issuer, AQUILA_OIDC_SCOPES: 'profile' }, /AQUILA_OIDC_SCOPES.*openid/],
  [{ ...issuer, AQUILA_OIDC_ROLES: 'root=x' }, /AQUILA_OIDC_ROLES/],
])('%j is refused by name, and no secret is shown', (environment, expected) => {
  expect(() => readConsoleConfig(environment, null, '/nowhere')).toThrow(expected);
  expect(() => readConsoleConfig(environment, null, '/nowhere')).not.toThrow(/hush/);
});

test.each([
  ['admin=a|b,viewer=*', { admin: ['a', 'b'], operator: [], viewer: ['*'] }],
  ['admin=a,admin=b', { admin: ['a', 'b'], operator: [], viewer: [] }],
  ['operator=cn=ops', { admin: [], operator: ['cn=ops'], viewer: [] }],
  ['', null],
  ['admin', null],
  ['admin=', null],
  ['root=a', null],
  ['__proto__=a', null],
])('the mapping %j', (text, expected) => {
  expect(parseRoleMapping(text)).toEqual(expected);
});

test.each([
  [{ roles: ['x', 'ops'] }, 'operator'],
  [{ roles: ['ops', 'chiefs'] }, 'admin'],
  [{ roles: 'ops viewer-role' }, 'operator'],
  [{ roles: ['OPS'] }, null],
  [{ roles: { 0: 'ops' } }, null],
  [{ roles: [['ops']] }, null],
  [{}, null],
])('the claims %j give %s', (claims, role) => {
  const settings = settingsOf({ AQUILA_OIDC_ROLES: 'admin=chiefs,operator=ops,viewer=staff' });
  expect(roleOfClaims(settings, claims)).toBe(role);
});

test('a claim may be nested, everybody may be let in, and nothing inherited is a claim', () => {
  const nested = settingsOf({
    AQUILA_OIDC_ROLE_CLAIM: 'realm_access.roles',
    AQUILA_OIDC_ROLES: 'admin=a,viewer=*',
  });
  expect(roleOfClaims(nested, { realm_access: { roles: ['a'] } })).toBe('admin');
  expect(roleOfClaims(nested, { 'realm_access.roles': ['a'] })).toBe('admin');
  expect(roleOfClaims(nested, {})).toBe('viewer');
  const inherited = settingsOf({
    AQUILA_OIDC_ROLE_CLAIM: 'constructor.name',
    AQUILA_OIDC_ROLES: 'admin=Object',
  });
  expect(roleOfClaims(inherited, {})).toBeNull();
});

test.each([
  [{ preferred_username: 'ann', email: 'ann@example.org', sub: 's' }, 'ann'],
  [{ preferred_username: 'Ann Smith', email: 'ann@example.org', sub: 's' }, 'ann@example.org'],
  [{ preferred_username: '<script>', sub: 's-1' }, 's-1'],
  [{ sub: 'has spaces' }, null],
  [{ preferred_username: ['ann'], sub: 'ok' }, 'ok'],
])('%j is called %s', (claims, name) => {
  expect(nameOfClaims(settingsOf(), claims)).toBe(name);
});
