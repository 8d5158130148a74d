/** Test support: rules as they are when nothing but what matters to a test is said, and rounds as they see them. */
import { z } from 'zod';
import { conditionShapes, type RuleType } from '../../contracts/alert-conditions.ts';
import type { ClusterSnapshot } from '../../model/snapshot.ts';
import type { RuleOf } from '../alert-rule.ts';
import type { RoundView, SnapshotView } from '../reading.ts';

export function ruleOf<Type extends RuleType>(type: Type, changes: Partial<RuleOf<Type>> = {}): RuleOf<Type> {
  const frame = {
    id: 'r',
    name: 'rule',
    cluster: 'local',
    forSeconds: 0,
    repeatSeconds: 0,
    maxTimes: null,
    level: 'P2',
    channelIds: [],
    enabled: true,
  };
  const condition = z.object(conditionShapes[type]).parse({ threshold: 0, ...changes });
  return { ...frame, type, ...condition, ...changes } as unknown as RuleOf<Type>;
}

export function viewOf(snapshot: ClusterSnapshot, nowMs = snapshot.asOfMs): SnapshotView {
  return { snapshot, nowMs, sight: { lastRoundMs: nowMs, reason: null } };
}

/** No round has ended since. */
export function blindSince(lastRoundMs: number, nowMs: number, reason = 'nobody answers'): RoundView {
  return { snapshot: null, nowMs, sight: { lastRoundMs, reason } };
}
