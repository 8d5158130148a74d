/** An open redirect after sign-in is a phishing tool: only own paths pass. */
import { expect, it } from 'vitest';
import { ownPath } from './own-path.ts';

const origin = 'http://localhost:8048';

it.each([
  ['/topics?sort=-sizeBytes', '/topics?sort=-sizeBytes'],
  ['/groups/a%2Fb#x', '/groups/a%2Fb#x'],
  [null, '/'],
  ['//evil.example', '/'],
  ['/\\evil.example', '/'],
  ['/\t/evil.example', '/'],
  ['https://evil.example/', '/'],
  ['javascript:alert(1)', '/'],
  ['/x/..//evil.example', '/'],
  ['http://localhost:8048@evil.example', '/'],
  ['/login?callbackUrl=/login', '/'],
])('%s leads to %s', (wanted, path) => {
  expect(ownPath(wanted, origin)).toBe(path);
});
