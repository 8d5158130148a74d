/**
 * What a rule reads off one round, for each thing it watches. `unknown` is a state of its own: it never fires, and never reads as
 * recovery.
 */
import type { BrokerSnapshot, ClusterSnapshot } from '../model/snapshot.ts';
import type { Subject } from './alert-rule.ts';

/** `near`: back inside of the threshold, but not as far as a recovery needs. */
export type Standing = 'over' | 'near' | 'clear';

interface ReadingFrame extends Subject {
  /** Of a group, where its status is what counts. */
  readonly status: string | null;
  /** Why, in words for a person. */
  readonly reason: string | null;
  /** Brokers that are down and explain all of it. */
  readonly brokers: readonly number[];
}

export interface KnownReading extends ReadingFrame {
  readonly kind: 'value';
  readonly standing: Standing;
  /** Null where there is nothing to count: a broker is down or is not. */
  readonly value: number | null;
  /** The bound that counts now. */
  readonly threshold: number | null;
  /** Which side is the bad one. */
  readonly worse: 'higher' | 'lower';
}

export interface MissingReading extends ReadingFrame {
  /** `gone`: the cluster answered in full and there is no such thing. `unknown`: it cannot be told in this round. */
  readonly kind: 'unknown' | 'gone';
  readonly value: null;
}

export type Reading = KnownReading | MissingReading;

/** How the collector stands with a cluster. */
export interface Sight {
  /** When a round last ended with a snapshot; of a cluster that never answered, when watching it began. */
  readonly lastRoundMs: number;
  /** Why there was none since, if it is known. */
  readonly reason: string | null;
}

/** What rules look at: the snapshot of this round, or null when the round brought none. */
export interface RoundView {
  readonly snapshot: ClusterSnapshot | null;
  readonly sight: Sight;
  readonly nowMs: number;
}

export interface SnapshotView extends RoundView {
  readonly snapshot: ClusterSnapshot;
}

const silent = { status: null, reason: null, brokers: [] } as const;

export function unknown(subject: Subject, reason: string | null = null): MissingReading {
  return { ...pick(subject), ...silent, kind: 'unknown', value: null, reason };
}

export function gone(subject: Subject): MissingReading {
  return { ...pick(subject), ...silent, kind: 'gone', value: null };
}

export interface Limits {
  readonly threshold: number;
  /** Null: a value at the threshold has recovered. */
  readonly recoverAt: number | null;
}

interface Explanation {
  readonly reason?: string | null;
  readonly brokers?: readonly number[];
}

/** A value that should not lie over a limit. */
export function measured(
  subject: Subject,
  value: number,
  { threshold, recoverAt }: Limits,
  explanation: Explanation = {},
): KnownReading {
  const standing = value > threshold ? 'over' : value > (recoverAt ?? threshold) ? 'near' : 'clear';
  return {
    ...pick(subject),
    ...silent,
    ...explanation,
    kind: 'value',
    standing,
    value,
    threshold,
    worse: 'higher',
  };
}

/** Something that is so or is not. */
export function observed(subject: Subject, isSo: boolean, explanation: Explanation = {}): KnownReading {
  const standing = isSo ? 'over' : 'clear';
  return {
    ...pick(subject),
    ...silent,
    ...explanation,
    kind: 'value',
    standing,
    value: null,
    threshold: null,
    worse: 'higher',
  };
}

/** Only the parts of a subject, whatever else the object has. */
export function pick({ group, topic, broker }: Subject): Subject {
  return { group, topic, broker };
}

export function brokersDown({ brokers }: ClusterSnapshot): ReadonlyMap<number, BrokerSnapshot> {
  return new Map(brokers.filter(({ reachable }) => !reachable).map((broker) => [broker.id, broker]));
}

/** Whether what is not in the snapshot is not there: every broker that was asked for lists answered. */
export function isComplete(snapshot: ClusterSnapshot): boolean {
  return !snapshot.failures.some(({ part }) => part === 'broker' || part === 'coordinator');
}
