'use client';

/**
 * How fast each partition of a group is read, from the two last rounds this page saw. Null until there were two; a commit
 * that went backwards has no pace.
 */
import { useCallback, useState } from 'react';
import type { GroupDetail, GroupPartition } from '../../console/contracts/groups';

interface Seen {
  readonly asOf: string;
  readonly committed: ReadonlyMap<string, number>;
}

const keyOf = (row: GroupPartition): string => `${row.topic} ${row.partition}`;

function seenIn(group: GroupDetail): Seen {
  const committed = new Map<string, number>();
  for (const row of group.partitions) {
    if (row.committedOffset !== null) committed.set(keyOf(row), row.committedOffset);
  }
  return { asOf: group.asOf, committed };
}

export function usePaceOf(group: GroupDetail | undefined): (row: GroupPartition) => number | null {
  const [rounds, setRounds] = useState<{ before: Seen | null; now: Seen | null }>({
    before: null,
    now: null,
  });
  if (group !== undefined && rounds.now?.asOf !== group.asOf) {
    setRounds({ before: rounds.now, now: seenIn(group) });
  }
  return useCallback(
    (row) => {
      const { before, now } = rounds;
      const from = before?.committed.get(keyOf(row));
      const to = now?.committed.get(keyOf(row));
      if (before === null || now === null || from === undefined || to === undefined || to < from) return null;
      const seconds = (Date.parse(now.asOf) - Date.parse(before.asOf)) / 1000;
      return seconds > 0 ? (to - from) / seconds : null;
    },
    [rounds],
  );
}
