/**
 * Time series. One line per named object (or per partition with by=partition) over the asked window;
 * a moment without a sample is a null point, so that a gap stays a gap in the chart.
 */
import { z } from 'zod';
import { clusterIdSchema, momentSchema } from './envelope.ts';

export const historySeriesNames = [
  'group.lag',
  'group.lagSeconds',
  'group.committedPerSec',
  'topic.messagesInPerSec',
  'topic.bytesInPerSec',
  'topic.bytesOutPerSec',
  'topic.sizeBytes',
  'topic.records',
  'broker.bytesInPerSec',
  'broker.bytesOutPerSec',
  'broker.messagesInPerSec',
  'broker.cpuPercent',
  'broker.memoryBytes',
  'broker.logDirBytes',
  'broker.bytesRejectedPerSec',
  'broker.produceRequestsPerSec',
  'broker.failedProduceRequestsPerSec',
  'broker.fetchRequestsPerSec',
  'broker.failedFetchRequestsPerSec',
  'broker.produceConversionsPerSec',
  'broker.fetchConversionsPerSec',
  'broker.replicationBytesInPerSec',
  'broker.replicationBytesOutPerSec',
  'broker.isrShrinksPerSec',
  'broker.isrExpandsPerSec',
  'broker.produceP50Ms',
  'broker.produceP95Ms',
  'broker.produceP99Ms',
  'broker.fetchConsumerP50Ms',
  'broker.fetchConsumerP95Ms',
  'broker.fetchConsumerP99Ms',
  'broker.fetchFollowerP50Ms',
  'broker.fetchFollowerP95Ms',
  'broker.fetchFollowerP99Ms',
  'cluster.underReplicatedPartitions',
  'cluster.offlinePartitions',
  'cluster.totalLag',
  'cluster.messagesInPerSec',
  'cluster.bytesInPerSec',
  'cluster.bytesOutPerSec',
] as const;
export const historySeriesSchema = z.enum(historySeriesNames);
export type HistorySeriesName = z.infer<typeof historySeriesSchema>;

export const historyPointsMax = 2_000;
export const historyPointsDefault = 300;

/** Without `from` the last hour; without `to` until now. */
export const historyQuerySchema = z.object({
  series: historySeriesSchema,
  from: momentSchema.optional(),
  to: momentSchema.optional(),
  points: z.coerce
    .number()
    .int()
    .min(1)
    .transform((points) => Math.min(points, historyPointsMax))
    .default(historyPointsDefault),
  topic: z.string().max(249).optional(),
  group: z.string().max(1_000).optional(),
  broker: z.string().max(20).optional(),
  partition: z.string().max(20).optional(),
  by: z.enum(['partition']).optional(),
});
export type HistoryQuery = z.infer<typeof historyQuerySchema>;

export const historySeriesDataSchema = z.object({
  labels: z.record(z.string(), z.string()),
  points: z.array(z.tuple([z.number(), z.number().nullable()])),
});
export type HistorySeriesData = z.infer<typeof historySeriesDataSchema>;

export const historySchema = z
  .object({
    cluster: clusterIdSchema,
    name: historySeriesSchema,
    from: z.number(),
    to: z.number(),
    resolutionSeconds: z.number(),
    series: z.array(historySeriesDataSchema),
    total: z.number().int().describe('how many lines there are; at most 200 of them are answered'),
  })
  .meta({ id: 'History' });
export type History = z.infer<typeof historySchema>;
