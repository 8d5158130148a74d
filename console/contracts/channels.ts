/**
 * Channels: where notices of alerts go. Six kinds, told apart by `type`.
 *
 * What must stay secret goes in and never comes out. In a mail server's URL that is the password, which reads back as `***`.
 * Of the other kinds the whole URL is one (who has it can post): it reads back as scheme and host and `/***`, a signing secret
 * as `***`. What is sent back as it was read keeps what is stored.
 */
import { z } from 'zod';
import { isoTimeSchema, listQuerySchema, listSchema, oneLineSchema } from './envelope.ts';

export const secretMask = '***';
const URL_MAX = 2_000;
const SECRET_MAX = 500;

/** A plain address: local part and host of letters, digits and a few marks. Nothing an address parser could read in two ways. */
export const mailAddressSchema = z
  .string()
  .max(254)
  .regex(/^[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/, 'is not a mail address');

const smtpUrlSchema = z
  .string()
  .max(URL_MAX)
  .refine(
    (text) => /^smtps?:\/\/\S+$/.test(text) && URL.canParse(text),
    'has to be smtp://user:password@host:port or smtps://',
  );

/**
 * Without `url` the default mail server (AQUILA_SMTP_URL) is used. `startTls` is about `smtp://` (`smtps://` speaks TLS from
 * the first byte): `required` sends nothing over a connection that was not upgraded, `optional` upgrades where the server
 * offers it. Null is `required` when there is a password that would leave this machine, else `optional`.
 */
export const emailSettingsSchema = z.strictObject({
  url: smtpUrlSchema.nullable().default(null),
  from: mailAddressSchema.nullable().default(null),
  to: z.array(mailAddressSchema).min(1).max(50),
  startTls: z.enum(['required', 'optional']).nullable().default(null),
});
export type EmailSettings = z.infer<typeof emailSettingsSchema>;

const hookUrlSchema = z
  .string()
  .max(URL_MAX)
  .refine(
    (text) => /^https?:\/\/[^\s#]+$/.test(text) && URL.canParse(text),
    'has to be https://host/path or http://host/path, without #',
  );

/** `secret` signs what is sent where the receiver checks that: webhook, DingTalk, Feishu. */
export const hookSettingsSchema = z.strictObject({
  url: hookUrlSchema,
  secret: z
    .string()
    .trim()
    .max(SECRET_MAX)
    .regex(/^[\x21-\x7e]*$/, 'has to be letters, digits and marks without blanks')
    .nullable()
    .default(null)
    .transform((secret) => (secret === '' ? null : secret)),
});
export type HookSettings = z.infer<typeof hookSettingsSchema>;

export const hookTypes = ['webhook', 'dingtalk', 'wechat', 'feishu', 'slack'] as const;
export type HookType = (typeof hookTypes)[number];
export const channelTypeNames = ['email', ...hookTypes] as const;
export type ChannelTypeName = (typeof channelTypeNames)[number];

function inputOf<Type extends ChannelTypeName, Settings extends z.ZodType>(type: Type, settings: Settings) {
  return z.strictObject({
    name: oneLineSchema(100),
    type: z.literal(type),
    settings,
    enabled: z.boolean().default(true),
  });
}

export const channelInputSchema = z.discriminatedUnion('type', [
  inputOf('email', emailSettingsSchema),
  inputOf('webhook', hookSettingsSchema),
  inputOf('dingtalk', hookSettingsSchema),
  inputOf('wechat', hookSettingsSchema),
  inputOf('feishu', hookSettingsSchema),
  inputOf('slack', hookSettingsSchema),
]);
export type ChannelInput = z.infer<typeof channelInputSchema>;

function answerOf<Type extends ChannelTypeName, Settings extends z.ZodType>(type: Type, settings: Settings) {
  return z.object({
    id: z.string(),
    name: z.string(),
    type: z.literal(type),
    settings,
    enabled: z.boolean(),
    createdAt: isoTimeSchema,
    updatedAt: isoTimeSchema,
    lastDelivery: z.object({ state: z.string(), at: isoTimeSchema, error: z.string().nullable() }).nullable(),
  });
}

const shownEmailSettings = z.object({
  /** With `***` for its password. */
  url: z.string().nullable(),
  from: z.string().nullable(),
  to: z.array(z.string()),
  startTls: z.enum(['required', 'optional']).nullable(),
});
const shownHookSettings = z.object({
  /** `https://host/***` */
  url: z.string(),
  /** `***` when there is one. */
  secret: z.literal(secretMask).nullable(),
});

export const channelSchema = z
  .discriminatedUnion('type', [
    answerOf('email', shownEmailSettings),
    answerOf('webhook', shownHookSettings),
    answerOf('dingtalk', shownHookSettings),
    answerOf('wechat', shownHookSettings),
    answerOf('feishu', shownHookSettings),
    answerOf('slack', shownHookSettings),
  ])
  .meta({ id: 'Channel' });
export type Channel = z.infer<typeof channelSchema>;
export const channelListSchema = listSchema(channelSchema);
export const channelListQuerySchema = listQuerySchema(['name', 'type', 'createdAt']);

/** The test is one real delivery, tried once and at once. `detail` is what the receiving side answered. */
export const channelTestSchema = z
  .object({ ok: z.boolean(), detail: z.string(), seconds: z.number() })
  .meta({ id: 'ChannelTest' });
export type ChannelTest = z.infer<typeof channelTestSchema>;
