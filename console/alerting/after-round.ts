/**
 * What a round leaves behind, worked out in memory as the database works it out: while the database fails, the next round
 * goes on from this, and what was not written is put together so that one transaction can write it later, however long that
 * takes. Pure.
 *
 * Changes hold what is so, not what is added to it. So the last one counts, and what is owed grows with the number of
 * subjects and incidents, not with the number of rounds.
 */
import type { IncidentChange, OpenIncident, Transitions } from '../store/alert-transitions.ts';
import { subjectKey, type RuleState } from './alert-rule.ts';

export const noTransitions: Transitions = { kept: [], dropped: [], incidents: [], deliveries: [] };

const keyOf = (state: RuleState): string => `${state.ruleId} ${subjectKey(state)}`;

export function statesAfter(
  states: readonly RuleState[],
  { kept, dropped }: Pick<Transitions, 'kept' | 'dropped'>,
): RuleState[] {
  const after = new Map(states.map((state) => [keyOf(state), state]));
  for (const state of kept) after.set(keyOf(state), state);
  for (const state of dropped) after.delete(keyOf(state));
  return [...after.values()];
}

export function openAfter(
  open: ReadonlyMap<string, OpenIncident>,
  changes: readonly IncidentChange[],
): Map<string, OpenIncident> {
  const after = new Map(open);
  for (const change of changes) {
    const { id, opened, resolvedAtMs, peakValue, threshold } = change;
    const { noDataSinceMs, causedBy, causeSeenMs, timesNotified, lastNotifiedAtMs } = change;
    const before = after.get(id);
    if (resolvedAtMs !== null || (before === undefined && opened === null)) after.delete(id);
    else
      after.set(id, {
        id,
        ruleId: before?.ruleId ?? opened?.rule.id ?? '',
        startedAtMs: before?.startedAtMs ?? opened?.startedAtMs ?? 0,
        isAcknowledged: before?.isAcknowledged ?? false,
        toldChannelIds: null,
        ...{ peakValue, threshold, noDataSinceMs, causedBy, causeSeenMs, timesNotified, lastNotifiedAtMs },
      });
  }
  return after;
}

/** Both as one: as if what happened in between had never been looked at. */
export function mergeTransitions(before: Transitions, after: Transitions): Transitions {
  const kept = new Map<string, RuleState>();
  const dropped = new Map<string, RuleState>();
  for (const part of [before, after]) {
    for (const state of part.kept) {
      kept.set(keyOf(state), state);
      dropped.delete(keyOf(state));
    }
    for (const state of part.dropped) {
      dropped.set(keyOf(state), state);
      kept.delete(keyOf(state));
    }
  }
  const incidents = new Map(before.incidents.map((change) => [change.id, change]));
  for (const change of after.incidents) {
    const earlier = incidents.get(change.id);
    incidents.set(change.id, earlier === undefined ? change : mergeChanges(earlier, change));
  }
  return {
    kept: [...kept.values()],
    dropped: [...dropped.values()],
    incidents: [...incidents.values()],
    deliveries: [...before.deliveries, ...after.deliveries],
  };
}

function mergeChanges(before: IncidentChange, after: IncidentChange): IncidentChange {
  return {
    ...after,
    opened: before.opened ?? after.opened,
    value: after.value ?? before.value,
    peakValue: after.peakValue ?? before.peakValue,
    threshold: after.threshold ?? before.threshold,
    status: after.status ?? before.status,
    reason: after.reason ?? before.reason,
    resolvedAtMs: before.resolvedAtMs ?? after.resolvedAtMs,
    notified: before.notified || after.notified,
  };
}
