/** Names at line ends never overlap and never leave the plot while there is room for them. */
import { expect, it } from 'vitest';
import fc from 'fast-check';
import { spreadLabels } from './label-layout.ts';

it('leaves labels alone that have room', () => {
  expect(spreadLabels([10, 60, 110], 16, 0, 160)).toEqual([10, 60, 110]);
});

it('keeps the order of the lines and the gap, inside the plot', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 160, noNaN: true }), { maxLength: 7 }), (wanted) => {
      const placed = spreadLabels(wanted, 16, 0, 160);
      const sorted = [...placed].sort((a, b) => a - b);
      for (let index = 1; index < sorted.length; index += 1) {
        expect((sorted[index] ?? 0) - (sorted[index - 1] ?? 0)).toBeGreaterThanOrEqual(16 - 1e-9);
      }
      for (const at of placed) {
        expect(at).toBeGreaterThanOrEqual(0);
        expect(at).toBeLessThanOrEqual(160);
      }
    }),
  );
});
