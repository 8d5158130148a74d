/** The clusters the console watches, where each came from and whether it answers. */
import { z } from 'zod';
import { clusterIdSchema, isoTimeSchema, listSchema } from './envelope.ts';

/** `unknown` until the first round ended; `stale` when the last good round is older than two rounds. */
export const clusterStatusSchema = z.enum(['ok', 'stale', 'unreachable', 'unknown']);
export type ClusterStatus = z.infer<typeof clusterStatusSchema>;

export const clusterSchema = z
  .object({
    id: clusterIdSchema,
    name: z.string(),
    status: clusterStatusSchema,
    source: z.enum(['bundled', 'file', 'user']),
    readOnly: z.boolean(),
    bootstrap: z.array(z.string()),
    asOf: isoTimeSchema.nullable(),
    lastError: z.string().nullable(),
  })
  .meta({ id: 'Cluster' });
export type Cluster = z.infer<typeof clusterSchema>;

export const clusterListSchema = listSchema(clusterSchema);
