/**
 * Topics: the list, one topic with its partitions, and the bodies that create, change and delete one.
 *
 * `records` is end minus start offset over all partitions: for compacted or transactional topics an upper bound.
 */
import { z } from 'zod';
import { configChangesSchema, configNameSchema, configSchema, configValueSchema } from './configs.ts';
import {
  clusterIdSchema,
  freshnessSchema,
  isoTimeSchema,
  listQuerySchema,
  listSchema,
  newTopicNameSchema,
} from './envelope.ts';

const measured = z.number().min(0).nullable();
const offset = z.number().int().nullable();
const brokerId = z.number().int();

export const topicSchema = z
  .object({
    name: z.string(),
    internal: z.boolean(),
    partitionCount: z.number().int(),
    replicationFactor: z.number().int(),
    records: measured,
    sizeBytes: measured,
    underReplicatedPartitions: z.number().int(),
    offlinePartitions: z.number().int(),
    messagesInPerSec: measured,
    bytesInPerSec: measured,
    bytesOutPerSec: measured,
    minInSyncReplicas: z
      .number()
      .int()
      .nullable()
      .describe('min.insync.replicas as last collected; null while it is not known, or the cluster refuses'),
    retentionMs: z.number().int().nullable().describe('retention.ms; -1: for ever'),
    retentionBytes: z.number().int().nullable().describe('retention.bytes of each partition; -1: no limit'),
    cleanupPolicy: z.string().nullable().describe('cleanup.policy: delete, compact, or both with a comma'),
    lastWriteAt: isoTimeSchema
      .nullable()
      .describe('the last round that found an end further than before; null: none since writesWatchedSince'),
    writesWatchedSince: isoTimeSchema.nullable().describe('null while no end is known'),
    spreadPercent: measured.describe('brokers that hold a replica of it'),
    skewPercent: measured.describe('brokers that hold more than their share of its replicas'),
    leaderSkewPercent: measured.describe('brokers that lead more than their share of its partitions'),
  })
  .meta({ id: 'Topic' });
export type Topic = z.infer<typeof topicSchema>;

export const topicListSchema = listSchema(topicSchema);
export const topicListQuerySchema = listQuerySchema([
  'name',
  'partitionCount',
  'replicationFactor',
  'records',
  'sizeBytes',
  'underReplicatedPartitions',
  'messagesInPerSec',
  'bytesInPerSec',
  'bytesOutPerSec',
  'minInSyncReplicas',
  'retentionMs',
  'retentionBytes',
  'lastWriteAt',
  'spreadPercent',
  'skewPercent',
  'leaderSkewPercent',
]).extend({
  internal: z.enum(['true', 'false']).optional(),
});

export const topicPartitionSchema = z
  .object({
    partition: z.number().int(),
    leader: brokerId.nullable(),
    leaderEpoch: z.number().int().nullable(),
    replicas: z.array(brokerId),
    isr: z.array(brokerId),
    offlineReplicas: z.array(brokerId),
    logStartOffset: offset,
    highWatermark: offset,
    lastStableOffset: offset,
    hasOpenTransaction: z
      .boolean()
      .nullable()
      .describe('whether the last stable offset lay below the high watermark when both were read'),
    sizeBytes: measured,
    asOf: isoTimeSchema.nullable().describe('when the high watermark was read; null while it is not known'),
    stale: z.boolean().describe('the leader does not answer: offsets are those that it told last, at asOf'),
  })
  .meta({ id: 'TopicPartition' });
export type TopicPartition = z.infer<typeof topicPartitionSchema>;

export const topicDetailSchema = topicSchema
  .extend({
    partitions: z.array(topicPartitionSchema),
    configs: z.array(configSchema).nullable().describe('null when the cluster did not answer for them'),
    groups: z.array(
      z.object({
        id: z.string(),
        state: z.string(),
        members: z.number().int().nullable(),
        lag: z.number().int().nullable(),
      }),
    ),
  })
  .extend(freshnessSchema.shape)
  .meta({ id: 'TopicDetail' });
export type TopicDetail = z.infer<typeof topicDetailSchema>;

export const partitionCountMax = 10_000;

export const createTopicSchema = z.strictObject({
  name: newTopicNameSchema,
  partitions: z.number().int().min(1).max(partitionCountMax).optional(),
  replicationFactor: z.number().int().min(1).max(32_767).optional(),
  configs: z.record(configNameSchema, configValueSchema).default({}),
});
export type CreateTopic = z.infer<typeof createTopicSchema>;

/** `partitions` is the new total; a config of null goes back to the default. */
export const changeTopicSchema = z
  .strictObject({
    partitions: z.number().int().min(1).max(partitionCountMax).optional(),
    configs: configChangesSchema.optional(),
  })
  .refine((change) => change.partitions !== undefined || Object.keys(change.configs ?? {}).length > 0, {
    message: 'name partitions or configs',
  });
export type ChangeTopic = z.infer<typeof changeTopicSchema>;

/**
 * Both are read leniently here: what is not a string is simply not right, so that every wrong token gets one
 * and the same answer, after the refusals that come before it.
 */
export const deleteTopicSchema = z.object({ confirm: z.unknown().optional(), token: z.unknown().optional() });
export const deleteTopicQuerySchema = z.object({ confirm: z.string().optional() });
export const topicTokenHeader = 'Aquila-Topic-Token';

export const topicDeletionSchema = z
  .object({
    cluster: clusterIdSchema,
    blockedBy: z
      .enum(['read-only', 'no-token', 'brokers'])
      .nullable()
      .describe(
        'what is known to stand in the way of deleting any topic: the cluster is only watched, there is no topic token, or the brokers ' +
          'have delete.topic.enable=false; null promises nothing',
      ),
  })
  .meta({ id: 'TopicDeletion' });
export type TopicDeletion = z.infer<typeof topicDeletionSchema>;
