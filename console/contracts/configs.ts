/** Settings of topics and brokers as Kafka tells them, and the names and values that a change may carry. */
import { z } from 'zod';

export const configSchema = z
  .object({
    name: z.string(),
    value: z.string().nullable().describe('null for a sensitive one, and where there is none'),
    source: z.string().describe('topic, dynamicBroker, dynamicDefaultBroker, staticBroker or default'),
    isDefault: z.boolean(),
    readOnly: z.boolean(),
    sensitive: z.boolean(),
  })
  .meta({ id: 'Config' });
export type Config = z.infer<typeof configSchema>;

export const configTypeSchema = z.enum([
  'boolean',
  'string',
  'int',
  'short',
  'long',
  'double',
  'list',
  'class',
  'password',
]);
export type ConfigType = z.infer<typeof configTypeSchema>;

export const explainedConfigSchema = configSchema
  .extend({
    type: configTypeSchema.nullable().describe('null where the cluster does not tell (before Kafka 2.6)'),
    documentation: z.string().nullable().describe('in plain text; null where the cluster does not tell'),
    levels: z
      .array(z.object({ name: z.string(), value: z.string().nullable(), source: z.string() }))
      .describe('every place that has a value for it, the one in effect first; of sensitive ones null'),
  })
  .meta({ id: 'ExplainedConfig' });
export type ExplainedConfig = z.infer<typeof explainedConfigSchema>;

/** Names of listeners stand in some names of broker settings, in any case (listener.name.INTERNAL.ssl...). */
export const configNameSchema = z.string().regex(/^[A-Za-z0-9._-]{1,255}$/, 'is not a name of a setting');
export const configValueSchema = z.string().max(10_000);

/** Null goes back to what holds without it. */
export const configChangesSchema = z.record(configNameSchema, configValueSchema.nullable());
