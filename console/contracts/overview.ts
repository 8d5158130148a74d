/**
 * One cluster at a glance: the figures of the tiles, and what the first sentence of the page is made of.
 *
 * The figures stand at the top level and also travel as the data of each `snapshot` event of the stream.
 * `facts` are what is wrong, worst first, as data: the words for them are in the message file.
 */
import { z } from 'zod';
import { clusterIdSchema, freshnessSchema, isoTimeSchema } from './envelope.ts';
import { clusterStatusSchema } from './clusters.ts';

const count = z.number().int().min(0);
const rate = z.number().min(0).nullable();

/** Names in a fact are the first few; `count` says how many there are. */
export const healthFactSchema = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('cluster-unreachable'), since: isoTimeSchema.nullable(), detail: z.string() }),
    z.object({ kind: z.literal('stale'), since: isoTimeSchema }),
    z.object({
      kind: z.literal('brokers-down'),
      brokerIds: z.array(z.number().int()),
      since: isoTimeSchema.nullable().describe('when the first of them last answered'),
    }),
    z.object({ kind: z.literal('no-controller') }),
    z.object({ kind: z.literal('offline-partitions'), count, topics: z.array(z.string()) }),
    z.object({ kind: z.literal('under-replicated-partitions'), count, topics: z.array(z.string()) }),
    z.object({
      kind: z.literal('process-down'),
      name: z.string(),
      state: z.enum(['starting', 'not-answering', 'backing-off', 'stopped']),
      restarts: count,
      since: isoTimeSchema,
    }),
    z.object({
      kind: z.literal('alert-firing'),
      incidentId: z.string(),
      ruleName: z.string(),
      group: z.string().nullable(),
      topic: z.string().nullable(),
      value: z.number().nullable(),
      since: isoTimeSchema,
    }),
    z.object({
      kind: z.literal('group-behind'),
      group: z.string(),
      lag: count,
      lagSeconds: z.number().nullable(),
    }),
    z.object({ kind: z.literal('group-stopped'), group: z.string(), lag: count }),
    z.object({ kind: z.literal('partial'), missing: z.array(z.string()) }),
  ])
  .meta({ id: 'HealthFact' });
export type HealthFact = z.infer<typeof healthFactSchema>;

/** A process of this product as its supervisor last saw it; empty when the console runs alone. */
export const processNoticeSchema = z
  .object({
    name: z.string(),
    state: z.enum(['running', 'starting', 'not-answering', 'backing-off', 'stopped']),
    restarts: count,
    since: isoTimeSchema,
    lastExit: z
      .object({ code: z.number().int().nullable(), signal: z.string().nullable(), at: isoTimeSchema })
      .nullable(),
  })
  .meta({ id: 'ProcessNotice' });
export type ProcessNotice = z.infer<typeof processNoticeSchema>;

const topEntry = z.object({ name: z.string(), value: z.number() });
export type TopEntry = z.infer<typeof topEntry>;

export const overviewSchema = z
  .object({
    cluster: clusterIdSchema,
    status: clusterStatusSchema,
    brokers: count.describe('that answered'),
    brokersDown: count.describe('that are part of the cluster or hold replicas, and did not answer'),
    topics: count,
    partitions: count,
    groups: count,
    underReplicatedPartitions: count,
    offlinePartitions: count,
    totalLag: z.number().int().nullable().describe('of all groups, in records'),
    totalLagAtLeast: z.boolean().describe('of some part nothing has been told for long: it is left out'),
    totalLagAsOf: isoTimeSchema
      .nullable()
      .describe('the oldest reading in it while a part is silent; null: all are of this round'),
    controllerId: z.number().int().nullable(),
    messagesInPerSec: rate,
    bytesInPerSec: rate,
    bytesOutPerSec: rate,
    logDirBytes: z.number().min(0).nullable(),
    alertsFiring: count.describe('incidents of this cluster that are open'),
    intervalMs: z.number().int().describe('the length of one collection round'),
    health: z.object({
      level: z.enum(['ok', 'warning', 'broken', 'unknown']),
      facts: z.array(healthFactSchema),
    }),
    processes: z.array(processNoticeSchema),
    top: z.object({
      topicsByRecords: z.array(topEntry),
      topicsBySizeBytes: z.array(topEntry),
      topicsByBytesInPerSec: z.array(topEntry),
      topicsByBytesOutPerSec: z.array(topEntry),
      topicsByMessagesInPerSec: z.array(topEntry),
      groupsByLag: z.array(topEntry),
      brokersByLogDirBytes: z.array(topEntry),
    }),
  })
  .extend(freshnessSchema.shape)
  .meta({ id: 'Overview' });
export type Overview = z.infer<typeof overviewSchema>;
