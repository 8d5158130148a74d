/**
 * What a type of rule is: how it reads its subjects off a round, and where the course of what it judges is kept. One file per
 * type; rule-types.ts lists them. How notices of a type are worded is in notice-words.ts.
 */
import type { HistorySeriesName } from '../../contracts/history.ts';
import type { RuleType } from '../../contracts/alert-conditions.ts';
import type { RuleOf, Subject } from '../alert-rule.ts';
import type { Reading, RoundView, SnapshotView } from '../reading.ts';

/** A line of history: its name and the labels that it has. */
export interface CourseOf {
  readonly name: HistorySeriesName;
  readonly topic?: string;
  readonly group?: string;
  readonly broker?: string;
}

interface RuleTypeFrame<Type extends RuleType> {
  readonly type: Type;
  /** Null where no line of history shows it. */
  readonly courseOf: (rule: RuleOf<Type>, subject: Subject) => CourseOf | null;
  /** A subject that the rule names, although it may not be there. Null: it has none of its own. */
  readonly expected: (rule: RuleOf<Type>) => Subject | null;
  /** Whether a subject that was watched before is still one of this rule, which may have been changed since. */
  readonly concerns: (rule: RuleOf<Type>, subject: Subject) => boolean;
}

/** Reads snapshots. A round without one tells it nothing. */
export interface SnapshotRuleType<Type extends RuleType> extends RuleTypeFrame<Type> {
  readonly reads: 'snapshot';
  readonly read: (rule: RuleOf<Type>, view: SnapshotView) => Reading[];
  /** Of a subject that was watched before and is not read now. Left out: gone when the snapshot is complete, else unknown. */
  readonly readAbsent?: (subject: Subject, view: SnapshotView) => Reading;
}

/** Reads every round, also those that failed. */
export interface SightRuleType<Type extends RuleType> extends RuleTypeFrame<Type> {
  readonly reads: 'sight';
  readonly read: (rule: RuleOf<Type>, view: RoundView) => Reading[];
}

export type RuleTypeOf<Type extends RuleType> = SnapshotRuleType<Type> | SightRuleType<Type>;

export const isCluster = ({ group, topic, broker }: Subject): boolean =>
  group === null && topic === null && broker === null;
