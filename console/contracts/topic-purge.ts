/** Taking records out of a topic at its beginning: what is asked, and what becomes of each partition. */
import { z } from 'zod';
import { partitionCountMax } from './topics.ts';

/**
 * `end` takes everything that is there, `offset` what lies before it in each partition, `timestamp` what is older (epoch ms).
 */
export const purgeTargetSchema = z.enum(['end', 'offset', 'timestamp']);
export type PurgeTarget = z.infer<typeof purgeTargetSchema>;

export const purgeTopicSchema = z
  .strictObject({
    to: purgeTargetSchema,
    value: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
    partitions: z.array(z.number().int().min(0)).min(1).max(partitionCountMax).optional(),
    dryRun: z.boolean().default(true).describe('only told, not done, unless it is false'),
    confirm: z.string().max(249).optional().describe('the name of the topic, once it is no dry run'),
  })
  .refine((purge) => purge.to === 'end' || purge.value !== undefined, {
    message: 'is needed',
    path: ['value'],
  });
export type PurgeTopic = z.infer<typeof purgeTopicSchema>;
export type PurgeTopicInput = z.input<typeof purgeTopicSchema>;

export const purgedPartitionSchema = z.object({
  partition: z.number().int(),
  oldStartOffset: z.number().int().nullable(),
  endOffset: z.number().int().nullable(),
  newStartOffset: z
    .number()
    .int()
    .nullable()
    .describe('where it begins afterwards, read back when it was done'),
  records: z.number().int().nullable().describe('offsets that go: an upper bound for compacted partitions'),
  error: z.string().nullable().describe('why nothing was, or can be, taken out'),
});
export type PurgedPartition = z.infer<typeof purgedPartitionSchema>;

export const topicPurgeSchema = z
  .object({ topic: z.string(), dryRun: z.boolean(), partitions: z.array(purgedPartitionSchema) })
  .meta({ id: 'TopicPurge' });
export type TopicPurge = z.infer<typeof topicPurgeSchema>;
