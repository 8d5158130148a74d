/** Worst first: no leader, then a short ISR, then a leader that is not the preferred one. */
import { expect, it } from 'vitest';
import { cellState } from './partition-state.ts';

it.each([
  [{ leader: 1, replicas: [1, 2], isr: [1, 2] }, 'in-sync'],
  [{ leader: 2, replicas: [1, 2], isr: [2, 1] }, 'not-preferred'],
  [{ leader: 2, replicas: [1, 2], isr: [2] }, 'under-replicated'],
  [{ leader: null, replicas: [1, 2], isr: [] }, 'offline'],
  [{ leader: -1, replicas: [1], isr: [1] }, 'offline'],
] as const)('%j is %s', (partition, state) => {
  expect(cellState({ ...partition, replicas: [...partition.replicas], isr: [...partition.isr] })).toBe(state);
});
