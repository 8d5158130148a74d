/** The quorum that keeps a cluster's metadata: who leads it, and how far each of its nodes has read (KIP-595). */
import { z } from 'zod';
import { clusterIdSchema, freshnessSchema, isoTimeSchema } from './envelope.ts';

const offset = z.number().int();

export const quorumNodeSchema = z.object({
  id: z.number().int(),
  role: z
    .enum(['leader', 'voter', 'observer'])
    .describe('leader: the active controller; observer: a broker that reads the metadata without a vote'),
  logEndOffset: offset.nullable().describe('null where the leader has not heard of it since it leads'),
  lag: offset
    .nullable()
    .describe(
      'records that the leader has and it has not; null while there is no leader, or where that has not heard of it',
    ),
  caughtUpAt: isoTimeSchema
    .nullable()
    .describe('when it last had all that the leader had; null where the leader does not say'),
});
export type QuorumNode = z.infer<typeof quorumNodeSchema>;

export const quorumSchema = z
  .object({
    cluster: clusterIdSchema,
    quorum: z
      .object({
        readAt: isoTimeSchema.describe('when it was asked for: on a slower beat than the rest'),
        leaderId: z.number().int().nullable().describe('null while there is none'),
        leaderEpoch: z.number().int(),
        highWatermark: offset.describe('what most voters have: all before it is decided'),
        nodes: z.array(quorumNodeSchema).describe('voters before observers, each by id'),
      })
      .nullable()
      .describe('null where the cluster has none, does not tell us, or did not when that was due'),
  })
  .extend(freshnessSchema.shape)
  .meta({ id: 'Quorum' });
export type Quorum = z.infer<typeof quorumSchema>;
