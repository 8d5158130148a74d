import { expect, it } from 'vitest';
import { groupStatusSchema } from '../contracts/groups.ts';
import { fromWellToWorst, severityOf } from './group-severity.ts';
import { OK, REWOUND, severity, SLOW, STALLED, STOPPED, UNKNOWN } from './group-watch/severity.ts';

it('has every status of the contract in its place, once', () => {
  expect(fromWellToWorst.toSorted()).toEqual(groupStatusSchema.options.toSorted());
  expect(fromWellToWorst.map(severityOf)).toEqual([0, 1, 2, 3, 4, 5]);
});

it('is the order of the numbers that the watch keeps', () => {
  const numbers = [OK, UNKNOWN, SLOW, REWOUND, STALLED, STOPPED];
  expect(numbers.map((number) => severity[number])).toEqual([...fromWellToWorst]);
  expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
});
