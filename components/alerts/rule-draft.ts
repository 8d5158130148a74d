/**
 * A rule while it is written: the fields of all types in one object, so that changing the type keeps what both types have. Which of
 * them count for a type is said once, here; the rest is sent as null.
 */
import type { AlertRuleInput } from '../../console/contracts/alerts';
import type { RuleType } from '../../console/contracts/alert-conditions';

type Widened<Value> = Value extends number ? number : Value extends string ? string : Value;
type AnyRule = { [Field in keyof AlertRuleInput]: AlertRuleInput[Field] };

export type RuleDraft = Omit<AnyRule, 'type' | 'unit' | 'statuses' | 'group' | 'topic'> & {
  type: RuleType;
  unit: string;
  group: string | null;
  topic: string | null;
  broker: number | null;
  threshold: Widened<AnyRule['threshold']>;
  recoverAt: number | null;
  statuses: readonly string[] | null;
  min: number | null;
  max: number | null;
  minIsr: number | null;
};

export type DraftField =
  'group' | 'topic' | 'broker' | 'threshold' | 'recoverAt' | 'statuses' | 'band' | 'minIsr';

interface TypeForm {
  readonly fields: readonly DraftField[];
  /** The first is that of a new rule. */
  readonly units: readonly string[];
  /** The limit of a new rule, by unit. */
  readonly limits: Readonly<Record<string, number>>;
}

const partitions: TypeForm = {
  fields: ['topic', 'threshold', 'recoverAt'],
  units: ['partitions'],
  limits: { partitions: 0 },
};
const GIB = 1024 ** 3;

/** In the order in which they are offered. */
export const typeForms: Readonly<Record<RuleType, TypeForm>> = {
  'group-lag': {
    fields: ['group', 'topic', 'threshold', 'recoverAt'],
    units: ['records', 'seconds'],
    limits: { records: 1_000, seconds: 300 },
  },
  'group-status': { fields: ['group', 'statuses'], units: [], limits: {} },
  'broker-down': { fields: ['broker'], units: [], limits: {} },
  'controller-missing': { fields: [], units: [], limits: {} },
  'under-replicated': partitions,
  'offline-partitions': partitions,
  'below-min-isr': { ...partitions, fields: ['topic', 'minIsr', 'threshold', 'recoverAt'] },
  'topic-capacity': {
    fields: ['topic', 'threshold', 'recoverAt'],
    units: ['bytes'],
    limits: { bytes: GIB },
  },
  'producer-rate': { fields: ['topic', 'band'], units: ['messages/s'], limits: {} },
  'disk-use': {
    fields: ['broker', 'threshold', 'recoverAt'],
    units: ['percent', 'bytes'],
    limits: { percent: 85, bytes: 100 * GIB },
  },
  'collector-blind': { fields: ['threshold'], units: ['seconds'], limits: { seconds: 60 } },
};

export const ruleTypes = Object.keys(typeForms) as RuleType[];

export const has = (type: RuleType, field: DraftField): boolean => typeForms[type].fields.includes(field);

/** What a rule watches: of a draft all but its times, its level and whom it tells. */
export type Condition = Pick<
  RuleDraft,
  | 'type'
  | 'group'
  | 'topic'
  | 'broker'
  | 'threshold'
  | 'unit'
  | 'recoverAt'
  | 'statuses'
  | 'min'
  | 'max'
  | 'minIsr'
>;

export function newCondition(type: RuleType): Condition {
  const { units, limits } = typeForms[type];
  const unit = units[0] ?? '';
  return {
    ...{ type, threshold: limits[unit] ?? null, unit },
    ...{ group: null, topic: null, broker: null, recoverAt: null, min: null, max: null, minIsr: null },
    statuses: type === 'group-status' ? ['stalled', 'stopped', 'rewound'] : null,
  };
}

/** Another type keeps what it watches, where it watches the same. */
export function changeType(draft: RuleDraft, type: RuleType): RuleDraft {
  return {
    ...draft,
    ...newCondition(type),
    group: has(type, 'group') ? draft.group : null,
    topic: has(type, 'topic') ? draft.topic : null,
    broker: has(type, 'broker') ? draft.broker : null,
  };
}

/** Another unit has a limit of its own. */
export function changeUnit(
  { type }: Pick<RuleDraft, 'type'>,
  unit: string,
): Pick<RuleDraft, 'unit' | 'threshold' | 'recoverAt'> {
  return { unit, threshold: typeForms[type].limits[unit] ?? null, recoverAt: null };
}

/** Whether it can be sent: a limit where there has to be one, and nothing that is no number. */
export function isComplete({ type, threshold, recoverAt, min, max, minIsr, statuses }: RuleDraft): boolean {
  if ([threshold, recoverAt, min, max, minIsr].some((value) => Number.isNaN(value ?? 0))) return false;
  if (has(type, 'threshold') && threshold === null) return false;
  if (has(type, 'band') && min === null && max === null) return false;
  return !has(type, 'statuses') || (statuses ?? []).length > 0;
}

/** The contract checks it on the other side, too, and answers by field. */
export function ruleInput(draft: RuleDraft): AlertRuleInput {
  return draft as AlertRuleInput;
}
