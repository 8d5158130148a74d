import { describe, expect, it } from 'vitest';
import { parseProperties } from './properties-file.ts';

function values(content: string): Record<string, string> {
  return Object.fromEntries(
    [...parseProperties('t', content).entries].map(([key, entry]) => [key, entry.value]),
  );
}

describe('a .properties file', () => {
  it('separates key and value by =, : or blanks', () => {
    expect(values('a=1\nb : 2\nc 3\n  d\t=  4\ne\nf==5')).toEqual({
      a: '1',
      b: '2',
      c: '3',
      d: '4',
      e: '',
      f: '=5',
    });
  });

  it('skips comments and blank lines, and does not continue a comment', () => {
    expect(values('# a=1\\\n! b=2\n\n   # c\nd=4')).toEqual({ d: '4' });
  });

  it('continues a line whose backslashes at the end are odd in number', () => {
    expect(values('a=1,\\\n   2,\\\n3\nb=c:\\\\\nd=4')).toEqual({ a: '1,2,3', b: 'c:\\', d: '4' });
  });

  it('knows escapes in keys and values', () => {
    expect(values('a\\=b\\:c\\ d=x\\ty\\u00e9\\q')).toEqual({ 'a=b:c d': 'x\tyéq' });
  });

  it('lets the later entry win and remembers its line, with any line ending', () => {
    const file = parseProperties('t', 'a=1\r\n# c\rb=\\\n2\r\na=3');
    expect(file.entries.get('a')).toEqual({ value: '3', line: 5 });
    expect(file.entries.get('b')).toEqual({ value: '2', line: 3 });
  });

  it('trims blanks at the end of a value', () => {
    expect(values('num.partitions=3  ')).toEqual({ 'num.partitions': '3' });
  });
});
