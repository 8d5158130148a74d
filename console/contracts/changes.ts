/**
 * What changed in a cluster: one entry per kind and direction of a round, however many partitions or groups it is about. Of what an
 * entry is about at most fifty are named; its numbers tell the whole. The words for them are in the message file.
 */
import { z } from 'zod';
import { clusterIdSchema, freshnessSchema, isoTimeSchema, momentSchema } from './envelope.ts';
import { groupStatusSchema } from './groups.ts';

export const changesMinutesMax = 1_440;
export const changesMinutesDefault = 60;

const count = z.number().int().min(1);
const brokerId = z.number().int();
const names = z.array(z.string());
const ofPartitions = { partitions: count, topics: names, topicCount: count };
const ofTopics = { count, topics: names };
const ofGroups = { count, groups: names };

export const clusterChangeSchema = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('watch-began') }).describe('what was before was not seen'),
    z.object({ kind: z.literal('broker-lost'), brokerId }).describe('it stopped answering'),
    z.object({
      kind: z.literal('broker-back'),
      brokerId,
      lastSeen: isoTimeSchema.nullable().describe('when it answered before; null: not while it was watched'),
    }),
    z.object({ kind: z.literal('broker-joined'), brokerId }),
    z.object({ kind: z.literal('controller-moved'), from: brokerId, to: brokerId }),
    z
      .object({
        kind: z.literal('leaders-moved'),
        from: brokerId.nullable(),
        to: brokerId.nullable(),
        ...ofPartitions,
      })
      .describe('null: no leader'),
    z.object({ kind: z.literal('isr-shrunk'), brokerId, ...ofPartitions }),
    z.object({ kind: z.literal('isr-grown'), brokerId, ...ofPartitions }),
    z.object({ kind: z.literal('replicas-moved'), ...ofPartitions }),
    z.object({ kind: z.literal('topics-created'), ...ofTopics }),
    z.object({ kind: z.literal('topics-recreated'), ...ofTopics }).describe('deleted and made anew'),
    z.object({ kind: z.literal('topics-deleted'), ...ofTopics }),
    z
      .object({ kind: z.literal('topics-configured'), settings: names, ...ofTopics })
      .describe('settings by name; of those that are collected of every topic'),
    z.object({ kind: z.literal('partitions-added'), from: count, to: count, ...ofTopics }),
    z.object({ kind: z.literal('groups-appeared'), ...ofGroups }),
    z.object({ kind: z.literal('groups-lost'), ...ofGroups }),
    z.object({ kind: z.literal('groups-state'), from: z.string(), to: z.string(), ...ofGroups }),
    z.object({
      kind: z.literal('groups-status'),
      from: groupStatusSchema,
      to: groupStatusSchema,
      ...ofGroups,
    }),
  ])
  .meta({ id: 'ClusterChange' });
export type ClusterChange = z.infer<typeof clusterChangeSchema>;

export const changeEntrySchema = z
  .object({
    at: isoTimeSchema.describe('of the round that saw it'),
    since: isoTimeSchema
      .nullable()
      .describe('of the round before, in which it was not so yet; null when there was none'),
    times: count.describe('how often the very same was seen in the window'),
    firstAt: isoTimeSchema,
    change: clusterChangeSchema,
  })
  .meta({ id: 'ChangeEntry' });
export type ChangeEntry = z.infer<typeof changeEntrySchema>;

/** Of the last day by `sinceMinutes`, as long as history is kept by `from`. */
export const changesQuerySchema = z.object({
  sinceMinutes: z.coerce.number().int().min(1).max(changesMinutesMax).default(changesMinutesDefault),
  from: momentSchema
    .optional()
    .describe('instead of sinceMinutes: milliseconds since 1970, or an ISO 8601 time'),
  to: momentSchema.optional().describe('with from; without it until now'),
  folded: z
    .enum(['true', 'false'])
    .default('true')
    .describe('false: the very same again and again is an entry each time, not one that says how often'),
});
export type ChangesQuery = z.infer<typeof changesQuerySchema>;

export const changesSchema = z
  .object({
    cluster: clusterIdSchema,
    from: isoTimeSchema,
    items: z.array(changeEntrySchema).describe('newest first, at most 500'),
    total: z.number().int().min(0),
    completeSince: isoTimeSchema.describe(
      'from then on items are all that was seen: later than `from` where watching began later, where what was earlier is not kept ' +
        'any more, or where there is more than is answered',
    ),
  })
  .extend(freshnessSchema.shape)
  .meta({ id: 'Changes' });
export type Changes = z.infer<typeof changesSchema>;
