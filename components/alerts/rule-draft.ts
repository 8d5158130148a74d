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
  readonly units: readonly string[];
  readonly threshold: number | null;
}

const partitions = {
  fields: ['topic', 'threshold', 'recoverAt'],
  units: ['partitions'],
  threshold: 0,
} as const;

/** In the order in which they are offered. */
export const typeForms: Readonly<Record<RuleType, TypeForm>> = {
  'group-lag': {
    fields: ['group', 'topic', 'threshold', 'recoverAt'],
    units: ['records', 'seconds'],
    threshold: 1_000,
  },
  'group-status': { fields: ['group', 'statuses'], units: [], threshold: null },
  'broker-down': { fields: ['broker'], units: [], threshold: null },
  'controller-missing': { fields: [], units: [], threshold: null },
  'under-replicated': partitions,
  'offline-partitions': partitions,
  'below-min-isr': { ...partitions, fields: ['topic', 'minIsr', 'threshold', 'recoverAt'] },
  'topic-capacity': {
    fields: ['topic', 'threshold', 'recoverAt'],
    units: ['bytes'],
    threshold: 1_073_741_824,
  },
  'producer-rate': { fields: ['topic', 'band'], units: ['messages/s'], threshold: null },
  'disk-use': { fields: ['broker', 'threshold', 'recoverAt'], units: ['percent', 'bytes'], threshold: 85 },
  'collector-blind': { fields: ['threshold'], units: ['seconds'], threshold: 60 },
};

export const ruleTypes = Object.keys(typeForms) as RuleType[];

export const has = (type: RuleType, field: DraftField): boolean => typeForms[type].fields.includes(field);

type Condition = Pick<
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
  const { units, threshold } = typeForms[type];
  return {
    ...{ type, threshold, unit: units[0] ?? '' },
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
