/**
 * How a group or one of its partitions stands, as a place in a sorted list: the worst status last, within a status who is
 * further behind.
 */
import type { GroupStatus } from '../../console/contracts/groups';
import { severityOf } from '../../console/model/group-severity';

/** More than any number of seconds that is remembered. */
const STEP = 1e10;

export function standingPlace(of: {
  readonly status: GroupStatus;
  readonly lagSeconds: number | null;
}): number {
  // Behind by 0 s is further than not known to be behind.
  const seconds = of.lagSeconds === null ? 0 : Math.min(of.lagSeconds, STEP / 2) + 1;
  return severityOf(of.status) * STEP + seconds;
}

/** Whether somebody should look: nothing that is well, and nothing of which nothing is known. */
export const needsALook = (status: GroupStatus): boolean => severityOf(status) >= severityOf('slow');
