import { expect, it } from 'vitest';
import { distinguishedName } from './distinguished-name.ts';

/** Certificates made by openssl 3.0, names of them printed by Java 17's X500Principal.getName(). */
it.each([
  ['CN=alice', 'CN=alice'],
  ['C=DE\nO=Example\nCN=alice', 'CN=alice,O=Example,C=DE'],
  [
    'C=DE\nO=Ex\\, Inc / \\"x\\"\nOU=a + OU=b\nCN=\\#zoë \\<ce\\>\nemailAddress=a@b.c\nUID=u1',
    'UID=u1,1.2.840.113549.1.9.1=#16056140622e63,CN=\\#zoë \\<ce\\>,OU=a+OU=b,O=Ex\\, Inc / \\"x\\",C=DE',
  ],
])('writes %j as Java does', (subject, name) => {
  expect(distinguishedName(subject)).toBe(name);
});
