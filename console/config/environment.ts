/**
 * The console's settings, from AQUILA_* variables and Kafka Eagle's file, checked once. Pure.
 *
 * A variable wins over the file. An empty variable counts as not set. All problems are reported together, each
 * naming its option, so that a wrong start is put right in one go.
 */
import { hostPort } from '../model/host-port.ts';
import path from 'node:path';
import { z } from 'zod';
import { openAccess, type ClusterAccess } from '../model/cluster-access.ts';
import { ConfigError } from './config-error.ts';
import {
  metricsAddressesText,
  parseMetricsAddresses,
  type MetricsAddress,
} from '../contracts/metrics-addresses.ts';
import { oidcSettings, parseRoleMapping, roleMappingText, type OidcSettings } from './oidc-settings.ts';
import type { SystemConfig } from './system-config.ts';

export interface ClusterSettings {
  id: string;
  name: string;
  /** `user`: added in the console and kept in its database; the others are named by environment or file. */
  source: 'bundled' | 'file' | 'user';
  /** host:port of the first brokers to ask; empty when `problem` says why there is none. */
  bootstrap: string[];
  access: ClusterAccess;
  /** By what its addresses, and those that its brokers advertise, are judged; null: they are not. */
  outbound: 'private' | 'public' | null;
  /** Only watched: every change is refused. */
  readOnly: boolean;
  /** Where each broker's metrics are read over HTTP; brokers that are not named have none. */
  metrics: readonly MetricsAddress[];
  problem: string | null;
}

export interface ConsoleConfig {
  dataDirectory: string;
  host: string;
  port: number;
  publicUrl: string;
  databaseUrl: string;
  clusters: ClusterSettings[];
  bundledBrokers: number;
  brokerPort: number;
  metricsPort: number;
  adminPassword: string | null;
  topicToken: string | null;
  secret: string | null;
  smtpUrl: string | null;
  mailFrom: string | null;
  outbound: 'private' | 'public';
  /** Days that history is kept. */
  historyDays: number;
  collectIntervalMs: number;
  sessionHours: number;
  sessionIdleMinutes: number;
  /** Null: people sign in with a password only. */
  oidc: OidcSettings | null;
  /** Whose names /metrics speaks unless the scrape says otherwise. */
  metricsSets: readonly MetricsSet[];
  /** A cluster with more partitions than this has no series per partition in /metrics. */
  metricsPartitions: number;
}

export const metricsSets = ['aquila', 'kafka_exporter', 'kminion'] as const;
export type MetricsSet = (typeof metricsSets)[number];

export const historyDaysDefault = 90;
/** As `start` has it. */
const bundledBrokersDefault = 3;

const port = (lowest = 0) => z.coerce.number().int().min(lowest).max(65_535);
const portText = 'a port number from 0 to 65535';
const hostAndPort = /^(\[[0-9a-fA-F:]+\]|[A-Za-z0-9._-]+):\d{1,5}$/;

/** One row for each variable: the option it goes by, its check, and what to say when the check fails. */
const variables = {
  AQUILA_PORT: { option: '--port', schema: port(), allowed: portText },
  AQUILA_HOST: {
    option: '--host',
    schema: z.string().regex(/^[A-Za-z0-9.:_-]+$/),
    allowed: 'an address or a host name',
  },
  AQUILA_DATA: { option: '--data', schema: z.string(), allowed: 'a directory' },
  AQUILA_BROKERS: {
    option: '--brokers',
    schema: z.coerce.number().int().min(0).max(99),
    allowed: 'a whole number from 0 to 99',
  },
  AQUILA_BROKER_PORT: { option: '--broker-port', schema: port(), allowed: portText },
  AQUILA_METRICS_PORT: { option: '--metrics-port', schema: port(), allowed: portText },
  AQUILA_BOOTSTRAP: {
    option: '--bootstrap',
    schema: z
      .string()
      .transform((text) =>
        text
          .split(',')
          .map((entry) => entry.trim())
          .filter((entry) => entry !== ''),
      )
      .pipe(z.array(z.string().regex(hostAndPort)).min(1)),
    allowed: 'host:port,host:port,...',
  },
  AQUILA_BROKER_METRICS: {
    option: '',
    schema: z.string().transform((text, context) => {
      const addresses = parseMetricsAddresses(text);
      if (addresses === null) context.addIssue('not an address');
      return addresses ?? [];
    }),
    allowed: metricsAddressesText,
  },
  AQUILA_DATABASE_URL: {
    option: '',
    schema: z.string().regex(/^(file:|postgresql:\/\/|mysql:\/\/)./),
    allowed: 'file:/path, postgresql:// or mysql://',
  },
  AQUILA_ADMIN_PASSWORD: {
    option: '',
    schema: z.string().min(8).max(128),
    allowed: 'a password of 8 to 128 characters',
  },
  AQUILA_TOPIC_TOKEN: {
    option: '',
    schema: z.string().min(1).max(1_000),
    allowed: 'a text of 1 to 1000 characters',
  },
  AQUILA_SECRET: {
    option: '',
    schema: z.string().refine((text) => Buffer.byteLength(text) >= 32),
    allowed: 'at least 32 bytes of random text',
  },
  AQUILA_SMTP_URL: {
    option: '',
    schema: z.string().refine((text) => /^smtps?:\/\/\S+$/.test(text) && URL.canParse(text)),
    allowed: 'smtp://user:password@host:port or smtps://',
  },
  AQUILA_MAIL_FROM: {
    option: '',
    schema: z.string().regex(/^[^\s@<>]+@[^\s@<>]+$/),
    allowed: 'a mail address',
  },
  AQUILA_PUBLIC_URL: {
    option: '',
    schema: z.string().refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)),
    allowed: 'http://host:port or https://',
  },
  AQUILA_OUTBOUND: { option: '', schema: z.enum(['private', 'public']), allowed: 'private or public' },
  AQUILA_COLLECT_INTERVAL_MS: {
    option: '',
    schema: z.coerce.number().int().min(500).max(3_600_000),
    allowed: 'milliseconds from 500 to 3600000',
  },
  AQUILA_SESSION_HOURS: {
    option: '',
    schema: z.coerce.number().min(0.01).max(12),
    allowed: 'hours, at most 12',
  },
  AQUILA_SESSION_IDLE_MINUTES: {
    option: '',
    schema: z.coerce.number().min(0.1).max(720),
    allowed: 'minutes, at most 720',
  },
  AQUILA_OIDC_ISSUER: {
    option: '',
    schema: z.string().refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)),
    allowed: 'https://host/path or http://',
  },
  AQUILA_OIDC_CLIENT_ID: {
    option: '',
    schema: z.string().max(500),
    allowed: 'a text of 1 to 500 characters',
  },
  AQUILA_OIDC_CLIENT_SECRET: {
    option: '',
    schema: z.string().max(1_000),
    allowed: 'a text of 1 to 1000 characters',
  },
  AQUILA_OIDC_NAME: { option: '', schema: z.string().max(60), allowed: 'a text of 1 to 60 characters' },
  AQUILA_OIDC_SCOPES: {
    option: '',
    schema: z.string().regex(/^(.* )?openid( .*)?$/),
    allowed: 'a list of scopes with spaces between, openid among them',
  },
  AQUILA_OIDC_USER_CLAIM: { option: '', schema: z.string().max(200), allowed: 'the name of a claim' },
  AQUILA_OIDC_ROLE_CLAIM: { option: '', schema: z.string().max(200), allowed: 'the name of a claim' },
  AQUILA_OIDC_ROLES: {
    option: '',
    schema: z.string().transform((text, context) => {
      const mapping = parseRoleMapping(text);
      if (mapping === null) context.addIssue('not a mapping');
      return mapping ?? { admin: [], operator: [], viewer: [] };
    }),
    allowed: roleMappingText,
  },
  AQUILA_METRICS_SETS: {
    option: '',
    schema: z
      .string()
      .transform((text) => text.split(',').map((entry) => entry.trim()))
      .pipe(z.array(z.enum(metricsSets))),
    allowed: `a list of ${metricsSets.join(', ')}`,
  },
  AQUILA_METRICS_PARTITIONS: {
    option: '',
    schema: z.coerce.number().int().min(0).max(1_000_000),
    allowed: 'a whole number from 0 to 1000000',
  },
} as const;

type VariableName = keyof typeof variables;
type Values = { [Name in VariableName]?: z.output<(typeof variables)[Name]['schema']> };

export type Environment = Readonly<Record<string, string | undefined>>;

function readVariables(environment: Environment): Values {
  const values: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const [name, { option, schema, allowed }] of Object.entries(variables)) {
    const text = environment[name];
    if (text === undefined || text === '') continue;
    const result = schema.safeParse(text);
    if (result.success) values[name] = result.data;
    else {
      const shown = /SECRET|PASSWORD|TOKEN|SMTP|DATABASE/.test(name) ? 'its value' : `"${text}"`;
      problems.push(`${option === '' ? name : `${option} (${name})`}: ${shown} is not ${allowed}.`);
    }
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return values;
}

function clustersOf(
  values: Values,
  file: SystemConfig | null,
  bundled: number,
  firstPort: number,
  firstMetrics: number,
) {
  const clusters: ClusterSettings[] = [];
  const open = { access: openAccess, outbound: null, readOnly: false };
  if (bundled > 0) {
    const brokers = Array.from({ length: bundled }, (_, index) => index);
    clusters.push({
      id: 'local',
      name: 'local',
      source: 'bundled',
      bootstrap: brokers.map((index) => `127.0.0.1:${firstPort + index}`),
      metrics: brokers.map((index) => ({ brokerId: index, url: `http://127.0.0.1:${firstMetrics + index}` })),
      ...open,
      problem: null,
    });
  }
  const bootstrap = values.AQUILA_BOOTSTRAP;
  if (bootstrap !== undefined) {
    const own = { id: 'kafka', name: 'kafka', source: 'file' } as const;
    const metrics = values.AQUILA_BROKER_METRICS ?? [];
    clusters.push({ ...own, bootstrap, metrics, ...open, problem: null });
  }
  for (const { alias, bootstrap: addresses, metrics, access, problem } of file?.clusters ?? []) {
    if (clusters.some(({ id }) => id === alias)) continue;
    const own = { id: alias, name: alias, source: 'file' } as const;
    clusters.push({ ...own, bootstrap: addresses, metrics, ...open, access, problem });
  }
  return clusters;
}

/** `file` is the parsed system-config.properties, or null when there is none. Throws ConfigError. */
export function readConsoleConfig(
  environment: Environment,
  file: SystemConfig | null,
  workingDirectory: string,
): ConsoleConfig {
  const values = readVariables(environment);
  const oidc = oidcSettings(values);
  if (oidc !== null && 'problem' in oidc) throw new ConfigError([oidc.problem]);
  const dataDirectory = path.resolve(workingDirectory, values.AQUILA_DATA ?? 'data');
  const host = values.AQUILA_HOST ?? '127.0.0.1';
  const consolePort = values.AQUILA_PORT ?? file?.port ?? 8048;
  const ownClusters =
    values.AQUILA_BOOTSTRAP !== undefined || (file?.clusters ?? []).some(({ problem }) => problem === null);
  const bundledBrokers = values.AQUILA_BROKERS ?? (ownClusters ? 0 : bundledBrokersDefault);
  const brokerPort = values.AQUILA_BROKER_PORT ?? 9092;
  const metricsPort = values.AQUILA_METRICS_PORT ?? 9997;
  const linkHost = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return {
    dataDirectory,
    host,
    port: consolePort,
    publicUrl: (
      values.AQUILA_PUBLIC_URL ?? `http://${hostPort({ host: linkHost, port: consolePort })}`
    ).replace(/\/+$/, ''),
    databaseUrl:
      values.AQUILA_DATABASE_URL ?? file?.databaseUrl ?? `file:${path.join(dataDirectory, 'aquila.db')}`,
    clusters: clustersOf(values, file, bundledBrokers, brokerPort, metricsPort),
    bundledBrokers,
    brokerPort,
    metricsPort,
    adminPassword: values.AQUILA_ADMIN_PASSWORD ?? null,
    topicToken: values.AQUILA_TOPIC_TOKEN ?? file?.topicToken ?? null,
    secret: values.AQUILA_SECRET ?? null,
    smtpUrl: values.AQUILA_SMTP_URL ?? file?.smtpUrl ?? null,
    mailFrom: values.AQUILA_MAIL_FROM ?? file?.mailFrom ?? null,
    outbound: values.AQUILA_OUTBOUND ?? 'private',
    historyDays: file?.historyDays ?? historyDaysDefault,
    collectIntervalMs: values.AQUILA_COLLECT_INTERVAL_MS ?? 10_000,
    sessionHours: values.AQUILA_SESSION_HOURS ?? 12,
    sessionIdleMinutes: values.AQUILA_SESSION_IDLE_MINUTES ?? 30,
    oidc,
    metricsSets: values.AQUILA_METRICS_SETS ?? metricsSets,
    metricsPartitions: values.AQUILA_METRICS_PARTITIONS ?? 10_000,
  };
}
