/** One search in its three forms, there and back; and what neither an address nor a form can mean. */
import { describe, expect, it } from 'vitest';
import {
  addressOf,
  draftOf,
  filterPlace,
  placeOf,
  placeText,
  questionOf,
  searchOfAddress,
  searchOfDraft,
} from './message-search.ts';

const at = (text: string) => searchOfAddress(new URLSearchParams(text));
const plain = at('');

describe('an address', () => {
  it('means the newest hundred of all partitions when it says nothing', () => {
    expect(plain).toEqual({
      kind: 'newest',
      offset: 0,
      timeMs: 0,
      partition: null,
      limit: 100,
      filter: '',
      committed: false,
    });
    expect(Object.values(addressOf(plain)).every((value) => value === null)).toBe(true);
    expect(questionOf(plain)).toEqual({ from: 'newest', limit: 100 });
  });

  it.each([
    'from=oldest&partition=2',
    'from=offset:1042&limit=20',
    'from=time:1763700000123',
    'from=live&filter=key+%3D+a',
    'committed=yes&limit=1000',
  ])('%s comes back as it was', (text) => {
    const changes = Object.entries(addressOf(at(text))).filter(
      (entry): entry is [string, string] => entry[1] !== null,
    );
    expect(new URLSearchParams(changes).toString().split('&').sort()).toEqual(
      new URLSearchParams(text).toString().split('&').sort(),
    );
  });

  it('reads a time as ISO 8601 too', () => {
    expect(at('from=time:2026-05-04T03:02:01Z').timeMs).toBe(Date.parse('2026-05-04T03:02:01Z'));
  });

  it.each(['from=yesterday', 'from=offset:-1', 'from=time:never', 'partition=x', 'limit=many'])(
    'leaves out what it cannot mean: %s',
    (text) => expect(at(text)).toEqual(plain),
  );

  it('keeps the limit inside what the API gives', () => {
    expect(at('limit=0').limit).toBe(1);
    expect(at('limit=99999').limit).toBe(1_000);
  });
});

describe('a question', () => {
  it('names neither beginning nor limit when it is live', () => {
    expect(questionOf(at('from=live&partition=0&committed=yes'))).toEqual({
      partition: 0,
      filter: undefined,
      isolation: 'read_committed',
    });
  });
});

describe('a form', () => {
  it.each(['', 'from=oldest&partition=2&filter=paid', 'from=offset:7', 'from=time:1763700000000'])(
    'gives the search it was filled with: %j',
    (text) => expect(searchOfDraft(draftOf(at(text)), 6)).toEqual({ search: at(text), problem: null }),
  );

  it.each([
    [{ kind: 'offset' }, 'offset'],
    [{ kind: 'offset', offset: '-3' }, 'offset'],
    [{ kind: 'time' }, 'time'],
    [{ partition: '6' }, 'partition'],
    [{ partition: '1.5' }, 'partition'],
  ] as const)('says what %j lacks', (change, problem) => {
    expect(searchOfDraft({ ...draftOf(plain), ...change }, 6)).toEqual({ search: null, problem });
  });

  it('takes any partition while their number is not known', () => {
    expect(searchOfDraft({ ...draftOf(plain), partition: '6' }, null).search?.partition).toBe(6);
  });
});

describe('a place', () => {
  it('is a partition and an offset', () => {
    expect(placeOf(placeText({ partition: 3, offset: 1042 }))).toEqual({ partition: 3, offset: 1042 });
    for (const text of ['', '3', '3-', '-3-4', 'a-b', '1-99999999999999999'])
      expect(placeOf(text)).toBeNull();
  });
});

describe('a refused filter', () => {
  it('is told with its place and what stands there', () => {
    expect(filterPlace('at character 5: a value behind = is missing', 'key = (x)')).toEqual({
      position: 5,
      near: '= (x)',
      words: 'a value behind = is missing',
    });
    expect(filterPlace('at character 6: missing', 'key =')?.near).toBe('');
    expect(filterPlace('is too long', 'x')).toBeNull();
    expect(filterPlace(undefined, 'x')).toBeNull();
  });
});
