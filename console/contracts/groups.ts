/**
 * Consumer groups. Lag is end minus committed at the same instant, so it can be null (nothing committed, or
 * the end offset is not known) and is never taken as 0 for that.
 */
import { z } from 'zod';
import { freshnessSchema, listQuerySchema, listSchema } from './envelope.ts';

export const groupStatusSchema = z.enum(['ok', 'slow', 'stalled', 'stopped', 'rewound', 'unknown']);
export type GroupStatus = z.infer<typeof groupStatusSchema>;

const lag = z.number().int().nullable();

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
    lagSeconds: z.number().nullable(),
    status: groupStatusSchema,
    reason: z.string().nullable(),
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
    lag,
    lagSeconds: z.number().nullable(),
    status: groupStatusSchema,
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
