/** What a rule reads off one round: its subjects in the snapshot, and those it watched before. Missing data is `unknown`, never 0. Pure. */
import { subjectKey, type RuleDefinition, type RuleOf, type Subject } from './alert-rule.ts';
import type { RuleType } from '../contracts/alert-conditions.ts';
import { gone, isComplete, unknown, type Reading, type RoundView } from './reading.ts';
import { ruleTypeOf } from './rule-types/rule-types.ts';
import type { CourseOf } from './rule-types/rule-type.ts';

/** One reading per subject: those in the snapshot, the one that the rule names, and the `known` ones (pending or firing). */
export function measure(rule: RuleDefinition, view: RoundView, known: readonly Subject[]): Reading[] {
  return measureTyped<RuleType>(rule, view, known);
}

function measureTyped<Type extends RuleType>(
  rule: RuleOf<Type>,
  view: RoundView,
  known: readonly Subject[],
): Reading[] {
  const type = ruleTypeOf<Type>(rule);
  if (type.reads === 'sight') return type.read(rule, view);
  const { snapshot } = view;
  const own = type.expected(rule);
  const expected = own === null ? known : [own, ...known];
  if (snapshot === null) return distinct(expected.map((subject) => unknown(subject, view.sight.reason)));
  const seen = { ...view, snapshot };
  const readings = type.read(rule, seen);
  const present = new Set(readings.map(subjectKey));
  const complete = isComplete(snapshot);
  const absent = expected
    .filter((subject) => !present.has(subjectKey(subject)))
    .map((subject) => type.readAbsent?.(subject, seen) ?? (complete ? gone(subject) : unknown(subject)));
  return absent.length === 0 ? readings : [...readings, ...distinct(absent)];
}

function distinct(readings: readonly Reading[]): Reading[] {
  return [...new Map(readings.map((reading) => [subjectKey(reading), reading])).values()];
}

/** Whether a rule is still about a subject that it watched before. */
export function concerns(rule: RuleDefinition, subject: Subject): boolean {
  return ruleTypeOf<RuleType>(rule).concerns(rule, subject);
}

/** Where the course of what is judged is kept. */
export function courseOf(rule: RuleDefinition, subject: Subject): CourseOf | null {
  return ruleTypeOf<RuleType>(rule).courseOf(rule, subject);
}

/**
 * Whether a round says anything about a rule: not when what it names is not there or cannot be told. A rule for everything of a kind
 * is about nothing, and so in order, where there is nothing of the kind.
 */
export function isMeasured(rule: RuleDefinition, view: RoundView): boolean {
  const readings = measure(rule, view, []);
  if (readings.length === 0) return view.snapshot !== null && isComplete(view.snapshot);
  return readings.some(({ kind }) => kind === 'value');
}
