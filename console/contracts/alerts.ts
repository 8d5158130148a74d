/**
 * Alert rules, the channels they speak through, the incidents they opened, and silences.
 *
 * Secrets of a channel (the password in an SMTP URL) go in and never come out: they read back as `***`,
 * and a `***` that is sent keeps what is stored.
 */
import { z } from 'zod';
import { clusterIdSchema, isoTimeSchema, listQuerySchema, listSchema } from './envelope.ts';

export const alertLevelSchema = z.enum(['P0', 'P1', 'P2', 'P3']);
export type AlertLevel = z.infer<typeof alertLevelSchema>;
const secondsMax = 7 * 24 * 3_600;
const oneLine = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .regex(/^[^\p{Cc}]*$/u, 'must not hold control characters');

/** group or topic of null or left out stands for every one. repeatSeconds 0 repeats nothing; maxTimes null or 0 knows no bound. */
export const alertRuleInputSchema = z.strictObject({
  name: oneLine(100),
  type: z.enum(['group-lag']),
  cluster: clusterIdSchema,
  group: z.string().min(1).max(1_000).nullable().default(null),
  topic: z.string().min(1).max(249).nullable().default(null),
  threshold: z.number().min(0).max(Number.MAX_SAFE_INTEGER),
  unit: z.enum(['records']).default('records'),
  forSeconds: z.number().int().min(0).max(secondsMax).default(0),
  repeatSeconds: z.number().int().min(0).max(secondsMax).default(0),
  maxTimes: z.number().int().min(0).max(1_000).nullable().default(null),
  level: alertLevelSchema.default('P2'),
  channelIds: z.array(z.string().min(1).max(64)).max(20).default([]),
  enabled: z.boolean().default(true),
});
export type AlertRuleInput = z.infer<typeof alertRuleInputSchema>;

export const alertRuleSchema = alertRuleInputSchema
  .extend({
    id: z.string(),
    createdAt: isoTimeSchema,
    updatedAt: isoTimeSchema,
    createdBy: z.string(),
    state: z.enum(['ok', 'pending', 'firing', 'unknown']),
  })
  .meta({ id: 'AlertRule' });
export type AlertRule = z.infer<typeof alertRuleSchema>;
export const alertRuleListSchema = listSchema(alertRuleSchema);
export const alertRuleListQuerySchema = listQuerySchema(['name', 'level', 'createdAt']);

/** A plain address: local part and host of letters, digits and a few marks. Nothing an address parser could read in two ways. */
export const mailAddressSchema = z
  .string()
  .max(254)
  .regex(/^[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/, 'is not a mail address');

const smtpUrl = z
  .string()
  .max(2_000)
  .refine(
    (text) => /^smtps?:\/\/\S+$/.test(text) && URL.canParse(text),
    'has to be smtp://user:password@host:port or smtps://',
  );

/** Without `url` the default mail server (AQUILA_SMTP_URL) is used. */
export const emailSettingsSchema = z.strictObject({
  url: smtpUrl.nullable().default(null),
  from: mailAddressSchema.nullable().default(null),
  to: z.array(mailAddressSchema).min(1).max(50),
});
export type EmailSettings = z.infer<typeof emailSettingsSchema>;

export const channelInputSchema = z.discriminatedUnion('type', [
  z.strictObject({
    name: oneLine(100),
    type: z.literal('email'),
    settings: emailSettingsSchema,
    enabled: z.boolean().default(true),
  }),
]);
export type ChannelInput = z.infer<typeof channelInputSchema>;

export const channelSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    type: z.enum(['email']),
    settings: z.object({ url: z.string().nullable(), from: z.string().nullable(), to: z.array(z.string()) }),
    enabled: z.boolean(),
    createdAt: isoTimeSchema,
    updatedAt: isoTimeSchema,
    lastDelivery: z.object({ state: z.string(), at: isoTimeSchema, error: z.string().nullable() }).nullable(),
  })
  .meta({ id: 'Channel' });
export type Channel = z.infer<typeof channelSchema>;
export const channelListSchema = listSchema(channelSchema);
export const channelListQuerySchema = listQuerySchema(['name', 'type', 'createdAt']);

/** The test is one real delivery, tried once and at once. */
export const channelTestSchema = z
  .object({ ok: z.boolean(), detail: z.string(), seconds: z.number() })
  .meta({ id: 'ChannelTest' });
export type ChannelTest = z.infer<typeof channelTestSchema>;

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

export const incidentSchema = z
  .object({
    id: z.string(),
    rule: z.object({ id: z.string(), name: z.string() }),
    cluster: clusterIdSchema,
    group: z.string().nullable(),
    topic: z.string().nullable(),
    level: alertLevelSchema,
    state: z.enum(['firing', 'resolved']),
    threshold: z.number(),
    unit: z.string(),
    value: z.number().nullable(),
    peakValue: z.number().nullable(),
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

export const silenceInputSchema = z
  .strictObject({
    cluster: clusterIdSchema,
    ruleId: z.string().max(64).nullable().default(null),
    group: z.string().max(1_000).nullable().default(null),
    topic: z.string().max(249).nullable().default(null),
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
    startsAt: isoTimeSchema,
    endsAt: isoTimeSchema,
    comment: z.string(),
    createdBy: z.string(),
  })
  .meta({ id: 'Silence' });
export type Silence = z.infer<typeof silenceSchema>;
export const silenceListSchema = listSchema(silenceSchema);
export const silenceListQuerySchema = listQuerySchema(['startsAt', 'endsAt']);
