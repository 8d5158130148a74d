import { expect, it } from 'vitest';
import { decideSilence, patience, silentSeconds } from './silence.ts';

it('says after ten seconds that a process is silent, once, and gives it up after a minute', () => {
  const steps = Array.from({ length: 13 }, (_, index) => decideSilence(index + 1, patience));
  expect(steps).toEqual(['wait', 'say', ...Array.from({ length: 9 }, () => 'wait'), 'end', 'end']);
  expect(silentSeconds(patience.saidAfter, patience)).toBe(10);
  expect(silentSeconds(patience.endedAfter, patience)).toBe(60);
});
