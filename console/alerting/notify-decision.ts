/**
 * Decides whether somebody is told, and says why or why not by name, so that logs, tests and rows speak one language. Pure.
 */
import type { RuleDefinition, Subject } from './alert-rule.ts';
import { nameMatcher } from './name-pattern.ts';

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
  | 'told-with-cause'
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

export interface Withheld {
  readonly isSilenced: boolean;
  /** Another incident with the same cause stands for it. */
  readonly isCovered: boolean;
}

/** `group` and `topic` may be patterns. */
export interface Silence extends Subject {
  readonly cluster: string;
  readonly ruleId: string | null;
  readonly startsAtMs: number;
  readonly endsAtMs: number;
}

export function decideNotice(
  rule: Pick<RuleDefinition, 'repeatSeconds' | 'maxTimes'>,
  incident: IncidentStanding,
  { isSilenced, isCovered }: Withheld,
  nowMs: number,
): NoticeDecision {
  if (incident.isResolved) {
    // A recovery of something that nobody heard of would only puzzle people; silences do not hold it back.
    if (incident.timesNotified === 0) return { kind: null, reason: 'nobody-was-told' };
    return { kind: 'resolved', reason: 'resolved' };
  }
  if (isSilenced) return { kind: null, reason: 'silenced' };
  if (isCovered) return { kind: null, reason: 'told-with-cause' };
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

export interface SilencedBy extends Subject {
  readonly cluster: string;
  readonly ruleId: string;
  /** Brokers that are down and explain it. */
  readonly brokers: readonly number[];
}

/** A field that a silence leaves open matches everything. What brokers explain is silent when each of them is. */
export function isSilenced(silences: readonly Silence[], subject: SilencedBy, nowMs: number): boolean {
  const inForce = silences.filter(
    (silence) =>
      silence.cluster === subject.cluster &&
      silence.startsAtMs <= nowMs &&
      nowMs < silence.endsAtMs &&
      (silence.ruleId === null || silence.ruleId === subject.ruleId) &&
      matches(silence.group, subject.group) &&
      matches(silence.topic, subject.topic),
  );
  const { broker, brokers } = subject;
  const ofBroker = (id: number): boolean => inForce.some((silence) => silence.broker === id);
  return (
    inForce.some((silence) => silence.broker === null) ||
    (broker !== null && ofBroker(broker)) ||
    (brokers.length > 0 && brokers.every(ofBroker))
  );
}

function matches(pattern: string | null, name: string | null): boolean {
  return pattern === null || (name !== null && nameMatcher(pattern)(name));
}
