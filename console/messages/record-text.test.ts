/** Bytes as they are shown: text, base64, cut between characters. */
import { expect, test } from 'vitest';
import { shownBytes } from './record-text.ts';

test.each([
  ['text', Buffer.from('grüße\n\t'), { text: 'grüße\n\t', encoding: 'text', sizeBytes: 9, isCut: false }],
  ['bytes that are no text', Buffer.from([0xff, 0xfe]), { text: '//4=', encoding: 'base64', sizeBytes: 2 }],
  ['text with a NUL', Buffer.from('a\0b'), { text: 'YQBi', encoding: 'base64' }],
  ['nothing', Buffer.alloc(0), { text: '', encoding: 'text', sizeBytes: 0 }],
])('%s', (_what, bytes, shown) => {
  expect(shownBytes(bytes, 100)).toMatchObject(shown);
});

test('a record without a value has none', () => {
  expect(shownBytes(null, 100)).toBeNull();
});

test.each([1, 2, 3, 4, 5, 6, 7])(
  'a cut after %i bytes leaves whole characters and the true size',
  (maxBytes) => {
    const bytes = Buffer.from('a€😀b');
    const shown = shownBytes(bytes, maxBytes);
    expect(shown).toMatchObject({ encoding: 'text', sizeBytes: 9, isCut: true });
    expect('a€😀b'.startsWith(shown?.text ?? '?')).toBe(true);
  },
);

test('what is no text stays none when it is cut', () => {
  const bytes = Buffer.concat([Buffer.from([0xc0, 0x80]), Buffer.from('x'.repeat(50))]);
  expect(shownBytes(bytes, 10)).toMatchObject({ encoding: 'base64', sizeBytes: 52, isCut: true });
});
