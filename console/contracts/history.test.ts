import { expect, it } from 'vitest';
import { historyQuerySchema } from './history.ts';
import { historyGroupsMax, historyTopMax } from './limits.ts';

const read = (query: Record<string, string>) =>
  historyQuerySchema.safeParse({ series: 'group.lag', ...query });
const namesOf = (count: number): string => JSON.stringify(Array.from({ length: count }, (_, index) => `g${String(index)}`)); // prettier-ignore

it('names several groups as a list, whatever is in their names', () => {
  expect(read({ groups: '["a,b","组 1","\\"c\\""]' }).data?.groups).toEqual(['a,b', '组 1', '"c"']);
  expect(read({ groups: namesOf(historyGroupsMax) }).data?.groups).toHaveLength(historyGroupsMax);
});

it.each([
  ['a name that is no list', { groups: 'billing' }],
  ['no name', { groups: '[]' }],
  ['an empty name', { groups: '[""]' }],
  ['what is no name', { groups: '[1]' }],
  ['a list of lists', { groups: '[["a"]]' }],
  ['more than are answered', { groups: namesOf(historyGroupsMax + 1) }],
  [
    'more than an address holds',
    { groups: JSON.stringify(['x'.repeat(900)].concat(Array(9).fill('y'.repeat(900)))) },
  ],
  ['one group and several', { group: 'a', groups: '["b"]' }],
])('refuses %s', (_what, query) => {
  expect(read(query).error?.issues.map(({ path }) => path)).toEqual([['groups']]);
});

it('takes a number of highest lines from 1 on, and no more than are drawn', () => {
  expect(read({ top: String(historyTopMax) }).data?.top).toBe(historyTopMax);
  for (const top of ['0', '-1', '1.5', 'all', String(historyTopMax + 1)])
    expect(read({ top }).error?.issues.map(({ path }) => path)).toEqual([['top']]);
});
