/**
 * Time series. One line per named object (or per partition with by=partition) over the asked window;
 * a moment without a sample is a null point, so that a gap stays a gap in the chart.
 */
import { z } from 'zod';
import { clusterIdSchema, momentSchema } from './envelope.ts';
import { historyGroupsCharactersMax, historyGroupsMax, historyTopMax } from './limits.ts';

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

const groupNamesSchema = z.array(z.string().min(1).max(1_000)).min(1).max(historyGroupsMax);

function namesIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Without `from` the last hour; without `to` until now. */
export const historyQuerySchema = z
  .object({
    series: historySeriesSchema,
    from: momentSchema.optional(),
    to: momentSchema.optional(),
    points: z.coerce
      .number()
      .int()
      .min(1)
      .transform((points) => Math.min(points, historyPointsMax))
      .default(historyPointsDefault)
      .describe('of each line, at most; of many lines fewer, 60,000 over all of them'),
    topic: z.string().max(249).optional(),
    group: z.string().max(1_000).optional(),
    groups: z
      .string()
      .max(historyGroupsCharactersMax)
      .transform((text, context) => {
        const names = groupNamesSchema.safeParse(namesIn(text));
        if (names.success) return names.data;
        const message = `has to be a JSON list of 1 to ${historyGroupsMax} names of groups`;
        context.addIssue({ code: 'custom', message });
        return z.NEVER;
      })
      .optional()
      .describe('several groups at once, in place of `group`: a JSON list of their names'),
    broker: z.string().max(20).optional(),
    partition: z.string().max(20).optional(),
    by: z.enum(['partition']).optional(),
    top: z.coerce
      .number()
      .int()
      .min(1)
      .max(historyTopMax)
      .optional()
      .describe('only so many lines: those that were highest in the window'),
  })
  .refine(({ group, groups }) => group === undefined || groups === undefined, {
    path: ['groups'],
    message: 'has no meaning beside group',
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
    total: z
      .number()
      .int()
      .describe(
        'how many lines there are, with `top` how many of them have a value in the window; at most 200 are answered',
      ),
  })
  .meta({ id: 'History' });
export type History = z.infer<typeof historySchema>;
