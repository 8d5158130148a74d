/**
 * How a group or one of its partitions stands, as a place in a sorted list: the worst status last, within a status who is
 * further behind. The order of statuses is that by which a group is as bad as its worst partition.
 */
import type { GroupStatus } from '../../console/contracts/groups';

const order: Readonly<Record<GroupStatus, number>> = {
  ok: 0,
  unknown: 1,
  slow: 2,
  rewound: 3,
  stalled: 4,
  stopped: 5,
};

/** More than any number of seconds that is remembered. */
const STEP = 1e10;

export function standingPlace(of: {
  readonly status: GroupStatus;
  readonly lagSeconds: number | null;
}): number {
  // Behind by 0 s is further than not known to be behind.
  const seconds = of.lagSeconds === null ? 0 : Math.min(of.lagSeconds, STEP / 2) + 1;
  return order[of.status] * STEP + seconds;
}

/** Whether somebody should look: nothing that is well, and nothing of which nothing is known. */
export const needsALook = (status: GroupStatus): boolean => order[status] >= order.slow;
