/** Alert rules, the incidents they opened with every delivery, and silences. Channels are in channels.ts. */
import { z } from 'zod';
import { ruleTypeNames, ruleUnion } from './alert-conditions.ts';
import { clusterIdSchema, isoTimeSchema, listQuerySchema, listSchema, oneLineSchema } from './envelope.ts';

export const alertLevelSchema = z.enum(['P0', 'P1', 'P2', 'P3']);
export type AlertLevel = z.infer<typeof alertLevelSchema>;
const secondsMax = 7 * 24 * 3_600;

/** repeatSeconds 0 repeats nothing; maxTimes null or 0 knows no bound. What is watched: alert-conditions.ts. */
const ruleFields = {
  name: oneLineSchema(100),
  cluster: clusterIdSchema,
  forSeconds: z.number().int().min(0).max(secondsMax).default(0),
  repeatSeconds: z.number().int().min(0).max(secondsMax).default(0),
  maxTimes: z.number().int().min(0).max(1_000).nullable().default(null),
  level: alertLevelSchema.default('P2'),
  channelIds: z.array(z.string().min(1).max(64)).max(20).default([]),
  enabled: z.boolean().default(true),
};

export const alertRuleInputSchema = ruleUnion(ruleFields);
export type AlertRuleInput = z.infer<typeof alertRuleInputSchema>;

/** `unknown`: nothing fires, and the last round could not tell that all is well. */
export const alertRuleSchema = ruleUnion({
  ...ruleFields,
  id: z.string(),
  createdAt: isoTimeSchema,
  updatedAt: isoTimeSchema,
  createdBy: z.string(),
  state: z.enum(['ok', 'pending', 'firing', 'unknown']),
}).meta({ id: 'AlertRule' });
export type AlertRule = z.infer<typeof alertRuleSchema>;
export const alertRuleListSchema = listSchema(alertRuleSchema);
export const alertRuleListQuerySchema = listQuerySchema(['name', 'type', 'level', 'createdAt']);

/** `pending` waits for its next attempt, `dead` was given up after the last one. */
export const deliverySchema = z
  .object({
    id: z.string(),
    channelId: z.string(),
    channelName: z.string(),
    kind: z.enum(['firing', 'repeat', 'resolved']),
    state: z.enum(['pending', 'sent', 'dead', 'silenced']),
    attempts: z.number().int(),
    createdAt: isoTimeSchema,
    sentAt: isoTimeSchema.nullable(),
    nextAttemptAt: isoTimeSchema.nullable(),
    lastError: z.string().nullable(),
  })
  .meta({ id: 'Delivery' });
export type Delivery = z.infer<typeof deliverySchema>;

/** What no rule is needed for is told as an incident, too. */
export const incidentTypeSchema = z.enum([...ruleTypeNames, 'refused-tokens']);
export type IncidentType = z.infer<typeof incidentTypeSchema>;

export const incidentSchema = z
  .object({
    id: z.string(),
    rule: z.object({ id: z.string(), name: z.string() }),
    type: incidentTypeSchema.describe(
      'of its rule; refused-tokens: of none, somebody guesses at the topic token',
    ),
    cluster: clusterIdSchema,
    subject: z.string().describe('what it is about, in words: `broker 2`, `billing on orders`'),
    group: z.string().nullable(),
    topic: z.string().nullable(),
    broker: z.number().int().nullable(),
    level: alertLevelSchema,
    state: z.enum(['firing', 'resolved']),
    threshold: z.number().nullable().describe('null where the type has none: a broker is down or is not'),
    unit: z.string(),
    value: z.number().nullable(),
    peakValue: z.number().nullable(),
    status: z.string().nullable().describe('of a group, where the rule judges its status'),
    reason: z.string().nullable().describe('plain words for a person'),
    noDataSince: isoTimeSchema
      .nullable()
      .describe('set while it cannot be told how it stands: it neither goes on nor is over'),
    causedBy: z
      .string()
      .nullable()
      .describe('the incident that stands for this one in notices, because both have one cause'),
    startedAt: isoTimeSchema,
    resolvedAt: isoTimeSchema.nullable(),
    acknowledgedBy: z.string().nullable(),
    acknowledgedAt: isoTimeSchema.nullable(),
    deliveries: z.array(deliverySchema),
  })
  .meta({ id: 'Incident' });
export type Incident = z.infer<typeof incidentSchema>;
export const incidentListSchema = listSchema(incidentSchema);
export const incidentListQuerySchema = listQuerySchema(['startedAt', 'resolvedAt', 'level']).extend({
  state: z.enum(['firing', 'resolved']).optional(),
  cluster: clusterIdSchema.optional(),
});

/**
 * A silence, or a maintenance window when it begins later: what is left open (null) matches everything. `group` and `topic` may be
 * patterns of `*` and `?`. One for a broker also covers what is so because that broker is down.
 */
export const silenceInputSchema = z
  .strictObject({
    cluster: clusterIdSchema,
    ruleId: z.string().max(64).nullable().default(null),
    group: z.string().max(1_000).nullable().default(null),
    topic: z.string().max(249).nullable().default(null),
    broker: z.number().int().min(0).nullable().default(null),
    startsAt: isoTimeSchema.optional(),
    endsAt: isoTimeSchema,
    comment: z.string().max(500).default(''),
  })
  .refine((silence) => silence.startsAt === undefined || silence.startsAt < silence.endsAt, {
    path: ['endsAt'],
    message: 'has to be later than startsAt',
  });
export type SilenceInput = z.infer<typeof silenceInputSchema>;

export const silenceSchema = z
  .object({
    id: z.string(),
    cluster: clusterIdSchema,
    ruleId: z.string().nullable(),
    group: z.string().nullable(),
    topic: z.string().nullable(),
    broker: z.number().int().nullable(),
    startsAt: isoTimeSchema,
    endsAt: isoTimeSchema,
    comment: z.string(),
    createdBy: z.string(),
  })
  .meta({ id: 'Silence' });
export type Silence = z.infer<typeof silenceSchema>;
export const silenceListSchema = listSchema(silenceSchema);
export const silenceListQuerySchema = listQuerySchema(['startsAt', 'endsAt']);
