/**
 * The clusters the console watches, where each came from and whether it answers; and the bodies that add, change and test
 * one. Passwords and private keys go in and never come out: where one is stored, an answer says so, and `***` sent back
 * means the stored one.
 */
import { z } from 'zod';
import { clusterIdSchema, isoTimeSchema, listSchema } from './envelope.ts';
import { storedSecret } from './limits.ts';
import { metricsAddressesText, parseMetricsAddresses } from './metrics-addresses.ts';

/** `unknown` until the first round ended; `stale` when the last good round is older than two rounds. */
export const clusterStatusSchema = z.enum(['ok', 'stale', 'unreachable', 'unknown']);
export type ClusterStatus = z.infer<typeof clusterStatusSchema>;

export const saslMechanismSchema = z.enum(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512']);

export const clusterSchema = z
  .object({
    id: clusterIdSchema,
    name: z.string(),
    status: clusterStatusSchema,
    source: z.enum(['bundled', 'file', 'user']),
    readOnly: z.boolean(),
    bootstrap: z.array(z.string()),
    tls: z.boolean(),
    saslMechanism: saslMechanismSchema.nullable(),
    brokerMetrics: z
      .boolean()
      .describe('whether there are addresses to read the metrics of its brokers from'),
    asOf: isoTimeSchema.nullable(),
    lastError: z.string().nullable(),
  })
  .meta({ id: 'Cluster' });
export type Cluster = z.infer<typeof clusterSchema>;

export const clusterListSchema = listSchema(clusterSchema);

/** How it is connected to, for administrators; null for others and for clusters of the configuration. */
export const clusterConnectionSchema = z.object({
  tls: z
    .object({
      ca: z.string().nullable(),
      certificate: z.string().nullable(),
      hasKey: z.boolean(),
      serverName: z.string().nullable(),
      verify: z.boolean(),
    })
    .nullable(),
  sasl: z.object({ mechanism: saslMechanismSchema, username: z.string() }).nullable(),
  brokerMetrics: z.string().nullable(),
});
export type ClusterConnection = z.infer<typeof clusterConnectionSchema>;

export const clusterDetailSchema = clusterSchema
  .extend({ connection: clusterConnectionSchema.nullable() })
  .meta({ id: 'ClusterDetail' });
export type ClusterDetail = z.infer<typeof clusterDetailSchema>;

export const bootstrapAddressesMax = 20;
const pemLengthMax = 100_000;
const hostPort = /^(?:\[[0-9a-fA-F:.]{2,45}\]|[A-Za-z0-9._-]{1,253}):([1-9]\d{0,4})$/;
const isAddress = (text: string): boolean => Number(hostPort.exec(text)?.[1] ?? 65_536) <= 65_535;
const noControls = /^[^\p{Cc}]*$/u;

/** Small letters, because it stands in addresses; not a word that the API uses in its place. */
export const newClusterIdSchema = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9._-]{0,39}$/,
    'use 1 to 40 of the characters a-z 0-9 . _ -, starting with a letter or digit',
  )
  .refine((id) => id !== 'test', 'is a word of the API itself');

const bootstrapSchema = z
  .union([z.string(), z.array(z.string())], 'name brokers as host:port')
  .transform((given) =>
    (typeof given === 'string' ? [given] : given)
      .flatMap((text) => text.split(','))
      .map((text) => text.trim())
      .filter((text) => text !== ''),
  )
  .pipe(
    z
      .array(z.string().refine(isAddress, 'is no address of the form host:port'))
      .min(1, 'name at least one broker as host:port')
      .max(bootstrapAddressesMax, `name at most ${bootstrapAddressesMax} brokers; they tell the others`)
      .transform((addresses) => [...new Set(addresses)]),
  );

const pem = (label: string) =>
  z
    .string()
    .trim()
    .max(pemLengthMax)
    .refine((text) => text === storedSecret || text.includes(`-----BEGIN ${label}`), {
      message: `has to be PEM and begin with -----BEGIN ${label}`,
    });
const optional = <Schema extends z.ZodType>(schema: Schema) => schema.nullable().default(null);

const tlsSchema = z
  .strictObject({
    ca: optional(pem('CERTIFICATE')),
    certificate: optional(pem('CERTIFICATE')),
    key: optional(pem('')),
    serverName: optional(z.string().regex(/^[A-Za-z0-9._-]{1,253}$/, 'is no host name')),
    verify: z.boolean().default(true),
  })
  .refine((tls) => (tls.certificate === null) === (tls.key === null), {
    message: 'a certificate of our own needs its private key, and the key its certificate',
    path: ['key'],
  });

const saslSchema = z.strictObject({
  mechanism: saslMechanismSchema,
  username: z.string().min(1, 'is needed').max(256).regex(noControls, 'must not hold control characters'),
  password: z
    .string()
    .min(1, 'is needed')
    .max(1_024)
    .regex(/^[^\0]*$/, 'must not hold a zero character'),
});

const metricsLengthMax = 10_000;
/** Null, or nothing but spaces: nowhere. */
const brokerMetricsSchema = z
  .string()
  .max(metricsLengthMax)
  .nullable()
  .default(null)
  .transform((text, context) => {
    if (text === null || text.trim() === '') return [];
    const addresses = parseMetricsAddresses(text);
    if (addresses === null) context.addIssue(`is not ${metricsAddressesText}`);
    return addresses ?? [];
  })
  .describe(
    `where the metrics of its brokers are read, by Jolokia or as Prometheus text: ${metricsAddressesText}`,
  );

const accessShape = {
  bootstrap: bootstrapSchema,
  tls: z
    .union([z.boolean(), tlsSchema])
    .nullable()
    .default(null)
    .transform((tls) => (tls === true ? tlsSchema.parse({}) : tls === false ? null : tls))
    .describe('true trusts the authorities that the system trusts'),
  sasl: optional(saslSchema),
  brokerMetrics: brokerMetricsSchema,
};
const nameSchema = z
  .string()
  .trim()
  .min(1, 'is needed')
  .max(60)
  .regex(noControls, 'must not hold control characters');

/** Without an id one is made from the name. */
export const newClusterSchema = z.strictObject({
  id: newClusterIdSchema.optional(),
  name: nameSchema,
  readOnly: z.boolean().default(false),
  ...accessShape,
});
export type NewCluster = z.infer<typeof newClusterSchema>;
export type NewClusterInput = z.input<typeof newClusterSchema>;

export const changedClusterSchema = newClusterSchema.omit({ id: true });
export type ChangedCluster = z.infer<typeof changedClusterSchema>;

/** `id`: the cluster whose stored secrets `***` means. Name and flag are taken, so that a form can send what it would save. */
export const clusterTestInputSchema = z.strictObject({
  id: z.string().max(100).optional(),
  name: z.string().max(100).optional(),
  readOnly: z.boolean().optional(),
  ...accessShape,
});
export type ClusterTestInput = z.infer<typeof clusterTestInputSchema>;

export const clusterTestStepSchema = z.enum([
  'name',
  'tcp',
  'tls',
  'sasl',
  'apiVersions',
  'advertisedAddresses',
  'brokerMetrics',
]);
export type ClusterTestStep = z.infer<typeof clusterTestStepSchema>;

/** `advice` says what to do about a failure. A step is skipped when it was not asked for or an earlier one failed. */
export const clusterTestSchema = z
  .object({
    ok: z.boolean().describe('whether it can be watched; without metrics of its brokers it can'),
    address: z.string().describe('the bootstrap address that got furthest'),
    steps: z.array(
      z.object({
        step: clusterTestStepSchema,
        outcome: z.enum(['ok', 'failed', 'skipped']),
        detail: z.string(),
        advice: z.string().nullable(),
        durationMs: z.number(),
      }),
    ),
    kafkaClusterId: z.string().nullable(),
    brokers: z.array(
      z.object({ id: z.number().int(), address: z.string(), reachable: z.boolean(), detail: z.string() }),
    ),
    otherAddresses: z
      .array(z.object({ address: z.string(), ok: z.boolean(), detail: z.string() }))
      .describe('the other bootstrap addresses'),
  })
  .meta({ id: 'ClusterTest' });
export type ClusterTest = z.infer<typeof clusterTestSchema>;
