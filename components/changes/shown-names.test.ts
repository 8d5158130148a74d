/** A few names at first, all that are known when asked for, and never a name that is not counted. */
import { expect, it } from 'vitest';
import { shownNames } from './shown-names.ts';

const names = Array.from({ length: 50 }, (_, index) => `t${String(index)}`);

it('shows all of a few', () => {
  expect(shownNames(['a', 'b'], 2, false)).toEqual({ shown: ['a', 'b'], more: 0, isCut: false });
});

it('shows the first ones of many, and all that are known once opened', () => {
  expect(shownNames(names, 900, false)).toEqual({ shown: names.slice(0, 5), more: 895, isCut: true });
  expect(shownNames(names, 900, true)).toEqual({ shown: names, more: 850, isCut: true });
  expect(shownNames(names, 50, true)).toMatchObject({ more: 0, isCut: true });
});

it('offers nothing where no more names are known', () => {
  expect(shownNames(names.slice(0, 5), 9, false)).toMatchObject({ more: 4, isCut: false });
});
