/**
 * What an alert rule watches, told apart by `type`: one object per type, so that a client sees which fields count.
 *
 * - Every condition has the same fields; those that have no meaning for its type are null (`unit` is '').
 * - `group` and `topic` are a name or a pattern of `*` (any run of characters) and `?` (any one). Null is everything: each group
 *   by itself, and of topics what the type says.
 * - A rule fires above `threshold`, strictly, and has recovered at or below `recoverAt` (null: at or below the threshold).
 */
import { z } from 'zod';
import { groupStatusSchema } from './groups.ts';

const limitMax = Number.MAX_SAFE_INTEGER;
const nothing = z.null().default(null);
/** Taken from whoever sends it with every rule, and not kept. */
const ignoredLimit = z.number().nullable().default(null).describe('has no meaning for this type');
const ignoredUnit = z.string().max(20).default('').describe('has no meaning for this type');
const limit = z.number().min(0).max(limitMax);
const groupPattern = z.string().min(1).max(1_000).nullable().default(null);
const topicPattern = z.string().min(1).max(249).nullable().default(null);
const brokerId = z.number().int().min(0).max(2_147_483_647).nullable().default(null);

const base = {
  group: nothing,
  topic: nothing,
  broker: nothing,
  threshold: ignoredLimit,
  unit: ignoredUnit,
  recoverAt: nothing,
  statuses: nothing,
  min: nothing,
  max: nothing,
  minIsr: nothing,
};

const withLimit = { threshold: limit, recoverAt: limit.nullable().default(null) };
const partitionCount = {
  topic: topicPattern.describe('null: the partitions of the whole cluster, counted together'),
  threshold: limit.default(0),
  unit: z.literal('partitions').default('partitions'),
  recoverAt: limit.nullable().default(null),
};

/** What a group can be told to fire on. */
export const judgedStatusSchema = groupStatusSchema.exclude(['ok']);

export const conditionShapes = {
  'group-lag': {
    ...base,
    ...withLimit,
    group: groupPattern,
    topic: topicPattern.describe('null: all topics of the group together'),
    unit: z.enum(['records', 'seconds']).default('records'),
  },
  'group-status': {
    ...base,
    group: groupPattern,
    statuses: z
      .array(judgedStatusSchema)
      .min(1)
      .max(judgedStatusSchema.options.length)
      .default(['stalled', 'stopped', 'rewound']),
  },
  'broker-down': { ...base, broker: brokerId.describe('null: every broker') },
  'controller-missing': base,
  'under-replicated': { ...base, ...partitionCount },
  'offline-partitions': { ...base, ...partitionCount },
  'below-min-isr': {
    ...base,
    ...partitionCount,
    minIsr: z
      .number()
      .int()
      .min(1)
      .max(100)
      .nullable()
      .default(null)
      .describe('in-sync replicas that a partition needs; null: min.insync.replicas of its topic'),
  },
  'topic-capacity': {
    ...base,
    ...withLimit,
    topic: topicPattern.describe('null: each topic that is not internal'),
    unit: z.literal('bytes').default('bytes'),
  },
  'producer-rate': {
    ...base,
    topic: topicPattern.describe('null: each topic that is not internal'),
    unit: z.literal('messages/s').default('messages/s'),
    min: limit.nullable().default(null).describe('fires below'),
    max: limit.nullable().default(null).describe('fires above'),
  },
  'disk-use': {
    ...base,
    ...withLimit,
    broker: brokerId.describe('null: every broker'),
    unit: z.enum(['bytes', 'percent']).default('percent'),
  },
  'collector-blind': {
    ...base,
    threshold: limit.default(60),
    unit: z.literal('seconds').default('seconds'),
  },
} as const;

export type RuleType = keyof typeof conditionShapes;
export const ruleTypeNames = Object.keys(conditionShapes) as [RuleType, ...RuleType[]];
export const ruleTypeSchema = z.enum(ruleTypeNames);

const withoutUnit: ReadonlySet<string> = new Set<RuleType>([
  'group-status',
  'broker-down',
  'controller-missing',
]);

/** Whether its `unit` says something. */
export const hasUnit = (type: string): boolean => !withoutUnit.has(type);
/** Whether rules of a type have one bound; a band has two. */
export const hasThreshold = (type: string): boolean => hasUnit(type) && type !== 'producer-rate';
/** Whether an incident of a type has a bound that was crossed. */
export const hasBound = hasUnit;

type Shapes = typeof conditionShapes;
export type ConditionOf<Type extends RuleType> = { type: Type } & z.infer<z.ZodObject<Shapes[Type]>>;
export type RuleCondition = { [Type in RuleType]: ConditionOf<Type> }[RuleType];

/** One object per type, each with the `common` fields: for what is sent, answered and kept. */
export function ruleUnion<Common extends z.ZodRawShape>(common: Common) {
  const of = <Type extends RuleType>(type: Type) =>
    z.strictObject({ ...common, type: z.literal(type), ...conditionShapes[type] });
  return z.discriminatedUnion('type', [
    of('group-lag'),
    of('group-status'),
    of('broker-down'),
    of('controller-missing'),
    of('under-replicated'),
    of('offline-partitions'),
    of('below-min-isr'),
    of('topic-capacity'),
    of('producer-rate'),
    of('disk-use'),
    of('collector-blind'),
  ]);
}

/** What only one field cannot tell: errors by the name of the field. */
export function conditionErrors(condition: RuleCondition): Record<string, string> {
  const { threshold, recoverAt, min, max } = condition;
  const errors: Record<string, string> = {};
  if (recoverAt !== null && threshold !== null && recoverAt > threshold) {
    errors['recoverAt'] = 'has to be at most the threshold';
  }
  if (condition.type === 'producer-rate') {
    if (min === null && max === null) errors['min'] = 'name min, max or both';
    if (min !== null && max !== null && min > max) errors['max'] = 'has to be at least min';
  }
  if (condition.type === 'disk-use' && condition.unit === 'percent' && condition.threshold > 100) {
    errors['threshold'] = 'is a share of the disk: at most 100';
  }
  return errors;
}
