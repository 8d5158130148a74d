/**
 * The statuses of groups (docs/lag.md), from well to worst: a group is called what its worst partition is called, lists have the
 * worst first, and whoever wants a look is slow or worse. The one order for the rules of lag, for pages and for alerts.
 *
 * Their words are those of the contract everywhere; what each means in a sentence is in the catalogues under `groupStatus`.
 */
import type { GroupStatus } from '../contracts/groups.ts';

export const fromWellToWorst = [
  'ok',
  'unknown',
  'slow',
  'rewound',
  'stalled',
  'stopped',
] as const satisfies readonly GroupStatus[];

/** 0 is well. */
export function severityOf(status: GroupStatus): number {
  return fromWellToWorst.indexOf(status);
}
