/**
 * Who writes to a topic just now, and which transactions are open on it, as its brokers tell at this moment (KIP-664). What some
 * of them do not tell stands in `unknown`, each with its reason: an empty list means nobody only where nothing is unknown.
 */
import { z } from 'zod';
import { isoTimeSchema } from './envelope.ts';

const brokerIds = z.array(z.number().int());

export const untoldSchema = z.object({
  code: z
    .enum(['unsupported', 'refused', 'no-answer', 'no-leader', 'too-many'])
    .describe(
      'unsupported: the brokers do not serve this question; refused: they do not tell us; no-answer; no-leader: of partitions; too-many: cut at a limit',
    ),
  brokers: brokerIds.describe('who did not tell; empty where it is not about brokers'),
  reason: z.string().describe('in words for a person'),
});
export type Untold = z.infer<typeof untoldSchema>;

export const activeProducerSchema = z.object({
  partition: z.number().int(),
  producerId: z.number().int(),
  producerEpoch: z.number().int(),
  lastSequence: z.number().int().nullable(),
  lastTimestamp: isoTimeSchema.nullable(),
  coordinatorEpoch: z.number().int().nullable(),
  transactionStartOffset: z.number().int().nullable().describe('null: it has no open transaction here'),
  transactionalId: z.string().nullable().describe('of an open transaction, where its coordinator tells'),
});
export type ActiveProducer = z.infer<typeof activeProducerSchema>;

export const openTransactionSchema = z.object({
  transactionalId: z.string(),
  state: z.string().describe('as Kafka writes it: Ongoing, PrepareCommit ...'),
  producerId: z.number().int(),
  producerEpoch: z.number().int(),
  startedAt: isoTimeSchema.nullable(),
  timeoutMs: z.number().int(),
  coordinator: z.number().int(),
  partitions: z.array(z.number().int()).describe('of this topic'),
});
export type OpenTransaction = z.infer<typeof openTransactionSchema>;

export const topicProducersSchema = z
  .object({
    asOf: isoTimeSchema,
    producers: z.object({ items: z.array(activeProducerSchema), unknown: z.array(untoldSchema) }),
    transactions: z.object({ items: z.array(openTransactionSchema), unknown: z.array(untoldSchema) }),
  })
  .meta({ id: 'TopicProducers' });
export type TopicProducers = z.infer<typeof topicProducersSchema>;
