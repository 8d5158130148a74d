/**
 * One change of many topics: told first (the dry run, which is the rule), then done, with an outcome for each. What one topic is
 * refused does not keep the others from it.
 */
import { z } from 'zod';
import { configChangesSchema } from './configs.ts';
import { changedTopicsMax } from './limits.ts';
import { partitionCountMax } from './topics.ts';

const names = z
  .array(z.string().min(1).max(249))
  .min(1, 'name at least one topic')
  .max(changedTopicsMax, `name at most ${String(changedTopicsMax)} topics`)
  .refine((topics) => new Set(topics).size === topics.length, 'names a topic twice');
const dryRun = z.boolean().default(true).describe('only told, not done, unless it is false');
const confirm = z.unknown().optional().describe('how many topics are named, as text, once it is no dry run');

export const changeTopicsSchema = z.discriminatedUnion('action', [
  z.strictObject({
    action: z.literal('partitions'),
    topics: names,
    partitions: z.number().int().min(1).max(partitionCountMax).describe('the new total of each'),
    dryRun,
  }),
  z.strictObject({
    action: z.literal('configs'),
    topics: names,
    configs: configChangesSchema.refine((configs) => Object.keys(configs).length > 0, 'name a setting'),
    dryRun,
  }),
  z.strictObject({ action: z.literal('purge'), topics: names, dryRun, confirm }),
  z.strictObject({
    action: z.literal('delete'),
    topics: names,
    dryRun,
    confirm,
    token: z.unknown().optional().describe('the topic token, once it is no dry run'),
  }),
]);
export type ChangeTopics = z.infer<typeof changeTopicsSchema>;
export type ChangeTopicsInput = z.input<typeof changeTopicsSchema>;
export type TopicsAction = ChangeTopics['action'];

/**
 * `planned`: would be done. `done`. `nothing`: it is so already. `refused`: it was, or would be. `unknown`: it was sent, and no
 * answer came.
 */
export const topicOutcomeSchema = z.enum(['planned', 'done', 'nothing', 'refused', 'unknown']);
export type TopicOutcome = z.infer<typeof topicOutcomeSchema>;

export const changedTopicSchema = z.object({
  topic: z.string(),
  outcome: topicOutcomeSchema,
  reason: z.string().nullable().describe('in words for a person; null where there is nothing to explain'),
  from: z.string().nullable().describe('partitions, or settings, as they are before'),
  to: z.string().nullable(),
  records: z.number().int().nullable().describe('that go; null where none do, or it is not known'),
  sizeBytes: z.number().nullable(),
  readers: z.array(z.string()).describe('groups with members that read it'),
});
export type ChangedTopic = z.infer<typeof changedTopicSchema>;

export const topicChangesSchema = z
  .object({ action: z.string(), dryRun: z.boolean(), items: z.array(changedTopicSchema) })
  .meta({ id: 'TopicChanges' });
export type TopicChanges = z.infer<typeof topicChangesSchema>;
