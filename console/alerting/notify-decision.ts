/**
 * Decides whether somebody is told, and says why or why not by name, so that logs, tests and rows speak one language. Pure.
 */
import type { RuleDefinition, Subject } from './alert-rule.ts';

export type NoticeKind = 'firing' | 'repeat' | 'resolved';

export type NoticeReason =
  | 'first-notice'
  | 'repeat-elapsed'
  | 'resolved'
  | 'not-yet'
  | 'no-repeats'
  | 'max-times'
  | 'acknowledged'
  | 'silenced'
  | 'nobody-was-told';

export interface NoticeDecision {
  /** Null: nobody is told. */
  readonly kind: NoticeKind | null;
  readonly reason: NoticeReason;
}

export interface IncidentStanding {
  readonly isResolved: boolean;
  readonly isAcknowledged: boolean;
  /** Notices before a recovery that were queued so far. */
  readonly timesNotified: number;
  readonly lastNotifiedAtMs: number | null;
}

export interface Silence extends Subject {
  readonly cluster: string;
  readonly ruleId: string | null;
  readonly startsAtMs: number;
  readonly endsAtMs: number;
}

export function decideNotice(
  rule: Pick<RuleDefinition, 'repeatSeconds' | 'maxTimes'>,
  incident: IncidentStanding,
  isSilenced: boolean,
  nowMs: number,
): NoticeDecision {
  if (incident.isResolved) {
    // A recovery of something that nobody heard of would only puzzle people; silences do not hold it back.
    if (incident.timesNotified === 0) return { kind: null, reason: 'nobody-was-told' };
    return { kind: 'resolved', reason: 'resolved' };
  }
  if (isSilenced) return { kind: null, reason: 'silenced' };
  if (incident.timesNotified === 0) return { kind: 'firing', reason: 'first-notice' };
  if (incident.isAcknowledged) return { kind: null, reason: 'acknowledged' };
  if (rule.repeatSeconds === 0) return { kind: null, reason: 'no-repeats' };
  if (rule.maxTimes !== null && rule.maxTimes > 0 && incident.timesNotified >= rule.maxTimes) {
    return { kind: null, reason: 'max-times' };
  }
  const elapsedMs = nowMs - (incident.lastNotifiedAtMs ?? 0);
  if (elapsedMs < rule.repeatSeconds * 1_000) return { kind: null, reason: 'not-yet' };
  return { kind: 'repeat', reason: 'repeat-elapsed' };
}

/** A field that a silence leaves open matches everything. */
export function isSilenced(
  silences: readonly Silence[],
  subject: Subject & { readonly cluster: string; readonly ruleId: string },
  nowMs: number,
): boolean {
  return silences.some(
    (silence) =>
      silence.cluster === subject.cluster &&
      silence.startsAtMs <= nowMs &&
      nowMs < silence.endsAtMs &&
      (silence.ruleId === null || silence.ruleId === subject.ruleId) &&
      (silence.group === null || silence.group === subject.group) &&
      (silence.topic === null || silence.topic === subject.topic),
  );
}
