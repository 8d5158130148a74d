/** Parts of an address that cannot be decoded stand for themselves; all others stay as they were sent. */
import { expect, it } from 'vitest';
import { readablePath } from './readable-path.ts';

it.each([
  ['/topics/%', '/topics/%25'],
  ['/topics/50%/messages?q=%', '/topics/50%25/messages?q=%'],
  ['/topics/%zz', '/topics/%25zz'],
  ['/topics/%E4%B8', '/topics/%25E4%25B8'],
  ['/topics/%ff', '/topics/%25ff'],
  ['/topics/%41%', '/topics/%2541%25'],
  ['/api/v1/clusters/%c0%af/topics/a%20b', '/api/v1/clusters/%25c0%25af/topics/a%20b'],
])('%s is read as %s', (sent, read) => {
  expect(readablePath(sent)).toBe(read);
  for (const part of read.split('?')[0]?.split('/') ?? [])
    expect(() => decodeURIComponent(part)).not.toThrow();
});

it.each([
  '/',
  '/topics/orders',
  '/topics/%25',
  '/topics/%E4%B8%AD?q=%&x=%zz',
  '/topics?q=%',
  '/a%2Fb/..',
  '*',
  '',
])('%j stays as it is', (sent) => {
  expect(readablePath(sent)).toBe(sent);
});
