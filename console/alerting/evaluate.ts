/**
 * Decides what becomes of a rule's subject: inactive -> pending -> firing -> resolved. Pure: the time and the measurement
 * come in, the next state and what happened go out.
 *
 * - What is over, near and clear is the rule type's to say (reading.ts). Near keeps up what fires and starts nothing, so that a value
 *   between the threshold and the recovery limit is neither one incident after the other nor over too early.
 * - Missing data neither fires nor resolves, and its time does not count as time spent over: after a gap (no data, a
 *   restart) a waiting time goes on where it was, so it neither starts anew nor ends at once.
 * - A firing subject resolves after it was clear for a short while, so that a value that flaps around the threshold is
 *   one incident. One that is gone for good resolves as well.
 */
import type { RuleDefinition, RuleState } from './alert-rule.ts';
import { pick, type Reading } from './reading.ts';

export type Change = 'none' | 'pending' | 'fired' | 'cancelled' | 'resolved';

export interface Verdict {
  readonly change: Change;
  /** Null: inactive, nothing to remember. */
  readonly state: RuleState | null;
}

export interface EvaluationTiming {
  readonly nowMs: number;
  /** Distance of two rounds. */
  readonly intervalMs: number;
}

/** Two evaluations further apart than this many rounds have a gap between them. */
const GAP_ROUNDS = 3;
/** After a gap longer than this, nothing is known of what was before: a waiting time starts anew. */
const OUTAGE_TOLERANCE_MS = 3_600_000;
/** Back under for so many rounds resolves; one good round in between does not. */
const RESOLVE_ROUNDS = 1.5;
/** A subject that no longer exists resolves after so long. */
const GONE_AFTER_MS = 5 * 60_000;

export function evaluate(
  rule: Pick<RuleDefinition, 'id' | 'forSeconds'>,
  reading: Reading,
  before: RuleState | null,
  timing: EvaluationTiming,
): Verdict {
  if (reading.kind !== 'value') return evaluateMissing(reading, before, timing);
  const { nowMs } = timing;
  const { standing } = reading;
  const seen = { lastValue: reading.value, lastEvaluatedMs: nowMs };
  if (before === null) {
    if (standing !== 'over') return { change: 'none', state: null };
    const started = {
      ruleId: rule.id,
      ...pick(reading),
      incidentId: null,
      firingSinceMs: null,
      pendingSinceMs: nowMs,
    };
    return firePending(rule, { ...started, ...seen }, nowMs, 'pending');
  }
  const resumed = resumeAfterGap(before, timing);
  if (resumed.firingSinceMs === null) {
    if (standing !== 'over') return { change: 'cancelled', state: null };
    return firePending(rule, { ...resumed, ...seen }, nowMs, 'none');
  }
  if (standing !== 'clear') return { change: 'none', state: { ...resumed, ...seen, pendingSinceMs: null } };
  const clearSinceMs = resumed.pendingSinceMs ?? nowMs;
  if (nowMs - clearSinceMs >= RESOLVE_ROUNDS * timing.intervalMs) {
    return { change: 'resolved', state: { ...resumed, ...seen } };
  }
  return { change: 'none', state: { ...resumed, ...seen, pendingSinceMs: clearSinceMs } };
}

/** Whether an evaluation now may end in `resolved`, whatever is read. */
export function mayResolve(
  { firingSinceMs, pendingSinceMs, lastEvaluatedMs }: RuleState,
  nowMs: number,
): boolean {
  return firingSinceMs !== null && (pendingSinceMs !== null || nowMs - lastEvaluatedMs >= GONE_AFTER_MS);
}

function firePending(
  rule: Pick<RuleDefinition, 'forSeconds'>,
  state: RuleState,
  nowMs: number,
  otherwise: Change,
): Verdict {
  const waitedMs = nowMs - (state.pendingSinceMs ?? nowMs);
  if (waitedMs < rule.forSeconds * 1_000) return { change: otherwise, state };
  const firingSinceMs = state.pendingSinceMs ?? nowMs;
  return { change: 'fired', state: { ...state, firingSinceMs, pendingSinceMs: null } };
}

/** Moves a waiting time by the gap, so that only time with data counts. A clock that went back counts as no time. */
function resumeAfterGap(state: RuleState, { nowMs, intervalMs }: EvaluationTiming): RuleState {
  if (state.pendingSinceMs === null) return state;
  const elapsedMs = nowMs - state.lastEvaluatedMs;
  if (elapsedMs > OUTAGE_TOLERANCE_MS) return { ...state, pendingSinceMs: nowMs };
  const isGap = elapsedMs > GAP_ROUNDS * intervalMs || elapsedMs < 0;
  return isGap ? { ...state, pendingSinceMs: state.pendingSinceMs + elapsedMs } : state;
}

function evaluateMissing(reading: Reading, before: RuleState | null, { nowMs }: EvaluationTiming): Verdict {
  if (before === null || reading.kind === 'unknown') return { change: 'none', state: before };
  if (nowMs - before.lastEvaluatedMs < GONE_AFTER_MS) return { change: 'none', state: before };
  return {
    change: before.firingSinceMs === null ? 'cancelled' : 'resolved',
    state: { ...before, lastValue: null },
  };
}
