/** The brokers of a cluster. Rates and sizes are null while the broker's metrics cannot be read. */
import { z } from 'zod';
import { configChangesSchema, configSchema } from './configs.ts';
import { freshnessSchema, isoTimeSchema, listQuerySchema, listSchema } from './envelope.ts';

const measured = z.number().min(0).nullable();
const skew = (of: string) =>
  z
    .number()
    .nullable()
    .describe(`${of} it has beyond its even share, in percent of that; negative where it has less`);

/** What comes from a broker's metrics port. */
export const brokerMetricNames = [
  'bytesInPerSec',
  'bytesOutPerSec',
  'messagesInPerSec',
  'cpuPercent',
  'memoryBytes',
  'underReplicatedPartitions',
] as const;
export type BrokerMetricName = (typeof brokerMetricNames)[number];

/** Further meters, told of one broker at a time. Requests are counted per partition that they are about, as Kafka does. */
export const brokerMeterNames = [
  'bytesRejectedPerSec',
  'produceRequestsPerSec',
  'failedProduceRequestsPerSec',
  'fetchRequestsPerSec',
  'failedFetchRequestsPerSec',
  'produceConversionsPerSec',
  'fetchConversionsPerSec',
  'replicationBytesInPerSec',
  'replicationBytesOutPerSec',
  'isrShrinksPerSec',
  'isrExpandsPerSec',
] as const;
export type BrokerMeterName = (typeof brokerMeterNames)[number];

/** Whose total time in the broker is told. */
export const requestKinds = ['produce', 'fetchConsumer', 'fetchFollower'] as const;
export type RequestKind = (typeof requestKinds)[number];
export type RequestTimeName = `${RequestKind}TimeMs`;
export const requestTimeNames = ['produceTimeMs', 'fetchConsumerTimeMs', 'fetchFollowerTimeMs'] as const;

const requestTimeSchema = z
  .object({ p50: z.number().min(0), p95: z.number().min(0), p99: z.number().min(0) })
  .nullable()
  .describe('milliseconds from the arrival of a request to its answer, over the latest requests');
export type RequestPercentiles = NonNullable<z.infer<typeof requestTimeSchema>>;

export const missingMetricCodes = [
  'not-configured',
  'not-allowed',
  'refused',
  'no-answer',
  'http-status',
  'not-metrics',
  'too-large',
  'absent',
  'first-reading',
  'counter-reset',
  'gap',
  'no-requests',
] as const;
export type MissingMetricCode = (typeof missingMetricCodes)[number];

export const missingMetricSchema = z
  .object({
    code: z
      .enum(missingMetricCodes)
      .describe(
        'not-configured: no address is set; not-allowed: the console may not connect there; refused: nobody listens there; no-answer: not in time; http-status: an error status; not-metrics: something else answers; too-large; absent: the answer lacks it; first-reading: a rate needs two; counter-reset: the broker restarted; gap: the reading before is too old; no-requests: none of this kind since the reading before',
      ),
    reason: z.string().describe('in words for a person, with the address or the names that were looked for'),
  })
  .meta({ id: 'MissingMetric' });
export type MissingMetric = z.infer<typeof missingMetricSchema>;
const allMetricNames = [...brokerMetricNames, ...brokerMeterNames, ...requestTimeNames] as const;
export type AnyBrokerMetric = (typeof allMetricNames)[number];
export type MissingMetrics = Partial<Record<AnyBrokerMetric, MissingMetric>>;

export const brokerSchema = z
  .object({
    id: z.number().int(),
    host: z.string(),
    port: z.number().int(),
    rack: z.string().nullable(),
    version: z.string().nullable().describe('of its software; null where its metrics do not tell'),
    online: z.boolean(),
    status: z
      .enum(['up', 'unreachable', 'fenced'])
      .describe('fenced: it holds replicas, but the cluster does not name it as a live broker'),
    lastSeen: isoTimeSchema.nullable().describe('when it last answered; null when it has not yet'),
    isController: z.boolean(),
    leaders: z.number().int().nullable(),
    replicas: z.number().int().nullable(),
    outOfSync: z.number().int().describe('replicas on it that are not in the ISR'),
    leadersElsewhere: z
      .number()
      .int()
      .describe('partitions whose preferred leader it is, but that it does not lead'),
    skewPercent: skew('replicas'),
    leaderSkewPercent: skew('leaders'),
    logDirBytes: measured.describe('as it was at logDirsAsOf'),
    bytesInPerSec: measured,
    bytesOutPerSec: measured,
    messagesInPerSec: measured,
    cpuPercent: measured.describe('of one CPU: 200 is two CPUs in full use'),
    memoryBytes: measured,
    logDirsAsOf: isoTimeSchema
      .nullable()
      .describe('when its directories were read: on a slower beat than the rest'),
    logDirsStale: z
      .boolean()
      .describe('its directories are as it told them last: it does not answer for them'),
    metricsAsOf: isoTimeSchema.nullable().describe('when its metrics were read; null while they cannot be'),
    missingMetrics: z
      .partialRecord(z.enum(brokerMetricNames), missingMetricSchema)
      .describe('why, for each of its metrics that is null'),
  })
  .meta({ id: 'Broker' });
export type Broker = z.infer<typeof brokerSchema>;

export const brokerListSchema = listSchema(brokerSchema);

export const brokerDetailSchema = brokerSchema
  .extend({
    logDirs: z.array(
      z.object({
        path: z.string(),
        sizeBytes: measured,
        totalBytes: measured.describe('of its volume; null where the broker does not tell (KIP-827)'),
        usableBytes: measured.describe('what is free of that'),
        error: z.string().nullable(),
      }),
    ),
    partitions: z.array(
      z.object({
        topic: z.string(),
        internal: z.boolean().describe('of a topic that Kafka uses itself'),
        partition: z.number().int(),
        isLeader: z.boolean(),
        inSync: z.boolean(),
        sizeBytes: measured,
      }),
    ),
  })
  .extend({
    bytesRejectedPerSec: measured,
    produceRequestsPerSec: measured,
    failedProduceRequestsPerSec: measured,
    fetchRequestsPerSec: measured,
    failedFetchRequestsPerSec: measured,
    produceConversionsPerSec: measured,
    fetchConversionsPerSec: measured,
    replicationBytesInPerSec: measured,
    replicationBytesOutPerSec: measured,
    isrShrinksPerSec: measured,
    isrExpandsPerSec: measured,
    produceTimeMs: requestTimeSchema,
    fetchConsumerTimeMs: requestTimeSchema,
    fetchFollowerTimeMs: requestTimeSchema,
    missingMetrics: z
      .partialRecord(z.enum(allMetricNames), missingMetricSchema)
      .describe('why, for each of its metrics that is null'),
  })
  .extend({ configs: z.array(configSchema).nullable().describe('null until the broker told them') })
  .extend(freshnessSchema.shape)
  .meta({ id: 'BrokerDetail' });
export type BrokerDetail = z.infer<typeof brokerDetailSchema>;

export const brokerListQuerySchema = listQuerySchema([
  'id',
  'host',
  'leaders',
  'replicas',
  'outOfSync',
  'leadersElsewhere',
  'skewPercent',
  'leaderSkewPercent',
  'logDirBytes',
  'bytesInPerSec',
  'bytesOutPerSec',
  'messagesInPerSec',
]);

/** Only settings that Kafka can change while the broker runs (KIP-226). */
export const changeBrokerSchema = z.strictObject({
  configs: configChangesSchema.refine((configs) => Object.keys(configs).length > 0, {
    message: 'name at least one setting',
  }),
});
export type ChangeBroker = z.infer<typeof changeBrokerSchema>;
