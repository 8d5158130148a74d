/**
 * Consumer groups. Lag is end minus committed at the same instant, so it can be null (nothing committed, or
 * the end offset is not known) and is never taken as 0 for that.
 */
import { z } from 'zod';
import { isoDurationMs } from './duration.ts';
import { freshnessSchema, listQuerySchema, listSchema } from './envelope.ts';

export const groupStatusSchema = z.enum(['ok', 'slow', 'stalled', 'stopped', 'rewound', 'unknown']);
export type GroupStatus = z.infer<typeof groupStatusSchema>;

/**
 * What a commit and the end of its partition are to each other. `live`: they compare. `no-commit`: nothing was committed.
 * `no-end`: the end is not known. `beyond-end`: the log is shorter than the commit. `before-start`: what comes next was
 * deleted already. `recreated`: the topic was deleted and made anew since the commit.
 */
export const offsetStateSchema = z.enum([
  'live',
  'no-commit',
  'no-end',
  'beyond-end',
  'before-start',
  'recreated',
]);
export type OffsetState = z.infer<typeof offsetStateSchema>;

const lag = z.number().int().nullable();

/** How a group or one of its partitions stands. */
const standing = {
  lagSeconds: z
    .number()
    .min(0)
    .nullable()
    .describe('age of the oldest record that is not committed; null when it cannot be told'),
  lagSecondsAtLeast: z.boolean().describe('that record is older than what is remembered: "at least"'),
  status: groupStatusSchema,
  reason: z.string().nullable().describe('plain words for a person'),
};

export const groupSchema = z
  .object({
    id: z.string(),
    type: z.string().describe('classic, consumer or simple'),
    state: z
      .string()
      .describe("Kafka's words: Stable, Empty, Dead, PreparingRebalance, CompletingRebalance, Unknown"),
    members: z.number().int().nullable(),
    topics: z.array(z.string()),
    totalLag: lag,
    ...standing,
    catchUpSeconds: z
      .number()
      .nullable()
      .describe('estimated from consumption minus production; null while it is not catching up'),
    asOf: z.iso
      .datetime()
      .nullable()
      .describe('when the offsets were read: older than the list while the coordinator does not answer'),
  })
  .meta({ id: 'Group' });
export type Group = z.infer<typeof groupSchema>;

export const groupListSchema = listSchema(groupSchema);
export const groupListQuerySchema = listQuerySchema([
  'id',
  'state',
  'members',
  'totalLag',
  'lagSeconds',
  'status',
]);

export const groupMemberSchema = z
  .object({
    memberId: z.string(),
    groupInstanceId: z.string().nullable(),
    clientId: z.string(),
    host: z.string(),
    assignment: z.array(z.object({ topic: z.string(), partitions: z.array(z.number().int()) })),
  })
  .meta({ id: 'GroupMember' });
export type GroupMember = z.infer<typeof groupMemberSchema>;

export const groupPartitionSchema = z
  .object({
    topic: z.string(),
    partition: z.number().int(),
    committedOffset: z.number().int().nullable(),
    logEndOffset: z.number().int().nullable(),
    offsetState: offsetStateSchema,
    lag,
    ...standing,
    memberId: z.string().nullable(),
    clientId: z.string().nullable(),
    host: z.string().nullable(),
  })
  .meta({ id: 'GroupPartition' });
export type GroupPartition = z.infer<typeof groupPartitionSchema>;

/** `members` is the list here, and their number in the list of groups. */
export const groupDetailSchema = groupSchema
  .extend({
    coordinator: z
      .object({ id: z.number().int(), host: z.string().nullable(), port: z.number().int().nullable() })
      .nullable(),
    protocol: z.string().nullable(),
    members: z.array(groupMemberSchema),
    partitions: z.array(groupPartitionSchema),
  })
  .extend(freshnessSchema.shape)
  .meta({ id: 'GroupDetail' });
export type GroupDetail = z.infer<typeof groupDetailSchema>;

export const resetTargetSchema = z.enum([
  'earliest',
  'latest',
  'current',
  'offset',
  'timestamp',
  'duration',
  'shift',
]);
export type ResetTarget = z.infer<typeof resetTargetSchema>;

const wholeNumber = z.number().int().min(-Number.MAX_SAFE_INTEGER).max(Number.MAX_SAFE_INTEGER);
const timestampMs = z.union([
  wholeNumber.min(0),
  z.iso.datetime({ offset: true, local: true }).transform((text) => Date.parse(text)),
]);
const durationMs = z.union([
  wholeNumber.min(0),
  z.string().transform((text, context) => {
    const ms = isoDurationMs(text);
    if (ms !== null && ms >= 0 && Number.isSafeInteger(ms)) return ms;
    context.addIssue({ code: 'custom', message: 'is no duration' });
    return z.NEVER;
  }),
]);
const valueChecks: Partial<Record<ResetTarget, readonly [z.ZodType<number>, string]>> = {
  offset: [wholeNumber.min(0), 'has to be an offset: a whole number from 0'],
  timestamp: [timestampMs, 'has to be a time: milliseconds since 1970, or ISO 8601'],
  duration: [durationMs, 'has to be how long ago: milliseconds, or ISO 8601 as in PT2H30M'],
  shift: [wholeNumber, 'has to be a whole number of records, negative to read again'],
};
export const resetPartitionsMax = 10_000;

/** `value` belongs to offset, timestamp (epoch ms or ISO), duration (ms or ISO, before now) and shift. Nothing is changed unless `dryRun` is false. */
export const resetOffsetsSchema = z
  .strictObject({
    topic: z.string().min(1).max(249),
    partitions: z.array(z.number().int().min(0)).min(1).max(resetPartitionsMax).optional(),
    to: resetTargetSchema,
    value: z.union([z.number(), z.string().max(40)]).optional(),
    dryRun: z.boolean().default(true),
  })
  .transform(({ value, ...reset }, context) => {
    const [schema, message] = valueChecks[reset.to] ?? [null, ''];
    if (schema === null) {
      if (value !== undefined)
        context.addIssue({ code: 'custom', path: ['value'], message: `has no meaning with ${reset.to}` });
      return { ...reset, value: null };
    }
    const result = schema.safeParse(value);
    if (!result.success) context.addIssue({ code: 'custom', path: ['value'], message });
    return { ...reset, value: result.data ?? null };
  });
export type ResetOffsets = z.output<typeof resetOffsetsSchema>;
export type ResetOffsetsInput = z.input<typeof resetOffsetsSchema>;

/** Offsets are those that a consumer reads next. `newOffset` null: stays as it is, `note` says why. */
export const offsetMoveSchema = z.object({
  topic: z.string(),
  partition: z.number().int(),
  oldOffset: z.number().int().nullable(),
  newOffset: z.number().int().nullable(),
  earliestOffset: z.number().int(),
  latestOffset: z.number().int(),
  clamped: z.boolean().describe('what was asked for lay outside the partition'),
  note: z.string().nullable(),
});
export type OffsetMove = z.infer<typeof offsetMoveSchema>;

export const offsetResetSchema = z
  .object({
    group: z.string(),
    topic: z.string(),
    dryRun: z.boolean(),
    timestamp: z
      .number()
      .int()
      .nullable()
      .describe(
        'the moment whose offsets were looked for, with timestamp and duration; null with the others',
      ),
    partitions: z.array(offsetMoveSchema),
  })
  .meta({ id: 'OffsetReset' });
export type OffsetReset = z.infer<typeof offsetResetSchema>;
