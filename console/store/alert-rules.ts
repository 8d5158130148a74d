/**
 * Alert rules as people write them, with the channels they name. Where a rule stands is kept elsewhere (RuleState). What only some
 * types have is JSON in `settings`, so that a new type needs no new column.
 */
import { z } from 'zod';
import type { AlertRuleInput } from '../contracts/alerts.ts';
import { alertLevelSchema } from '../contracts/alerts.ts';
import { hasThreshold, hasUnit, ruleUnion } from '../contracts/alert-conditions.ts';
import type { AlertLevel, RuleDefinition } from '../alerting/alert-rule.ts';
import type { Database, Transaction } from './database.ts';
import { transact } from './transact.ts';

export type StoredRule = RuleDefinition & {
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly createdBy: string;
  readonly pending: boolean;
  readonly firing: boolean;
};

const settingsSchema = z.record(z.string(), z.unknown());
const conditionSchema = ruleUnion({});

const withParts = { channels: { select: { channelId: true } }, states: true } as const;

type RuleRow = Awaited<ReturnType<typeof readRow>> & object;

function readRow(database: Database | Transaction, id: string) {
  return database.alertRule.findUnique({ where: { id }, include: withParts });
}

/** Null for a rule of a type that this version does not know, or that cannot be read: it is left alone. */
function toRule(row: RuleRow): StoredRule | null {
  const { type, groupId, topic, threshold, unit, settings } = row;
  const condition = conditionSchema.safeParse({
    ...settingsOf(settings),
    type,
    group: groupId,
    topic,
    threshold: hasThreshold(type) ? threshold : null,
    unit,
  });
  if (!condition.success) return null;
  return {
    ...condition.data,
    id: row.id,
    name: row.name,
    cluster: row.cluster,
    forSeconds: row.forSeconds,
    repeatSeconds: row.repeatSeconds,
    maxTimes: row.maxTimes,
    level: levelOf(row.level),
    channelIds: row.channels.map(({ channelId }) => channelId).sort(),
    enabled: row.enabled,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    createdBy: row.createdBy,
    pending: row.states.some((state) => state.pendingSinceMs !== null),
    firing: row.states.some((state) => state.firingSinceMs !== null),
  };
}

function settingsOf(json: string): Record<string, unknown> {
  try {
    return settingsSchema.parse(JSON.parse(json));
  } catch {
    return { settings: 'cannot be read' };
  }
}

export function levelOf(text: string): AlertLevel {
  return alertLevelSchema.parse(text);
}

/** What is evaluated: the rules of a cluster that are switched on. */
export async function readRuleDefinitions(database: Database, cluster: string): Promise<RuleDefinition[]> {
  const rows = await database.alertRule.findMany({ where: { cluster, enabled: true }, include: withParts });
  return rows.flatMap((row) => toRule(row) ?? []);
}

function columnsOf(input: AlertRuleInput) {
  const { name, type, cluster, group, topic, threshold, forSeconds, repeatSeconds, maxTimes } = input;
  const { broker, recoverAt, statuses, min, max, minIsr } = input;
  const own = Object.entries({ broker, recoverAt, statuses, min, max, minIsr });
  return {
    ...{ name, type, cluster, topic, forSeconds, repeatSeconds, maxTimes },
    groupId: group,
    threshold: hasThreshold(type) ? (threshold ?? 0) : 0,
    unit: hasUnit(type) ? input.unit : '',
    settings: JSON.stringify(Object.fromEntries(own.filter(([, value]) => value !== null))),
    level: input.level,
    enabled: input.enabled,
  };
}

export async function listRules(database: Database): Promise<StoredRule[]> {
  const rows = await database.alertRule.findMany({ include: withParts, orderBy: { createdAt: 'asc' } });
  return rows.flatMap((row) => toRule(row) ?? []);
}

export async function findRule(database: Database, id: string): Promise<StoredRule | null> {
  const row = await readRow(database, id);
  return row === null ? null : toRule(row);
}

/** Those of the ids that are no channel. */
export async function unknownChannels(database: Database, ids: readonly string[]): Promise<string[]> {
  const rows = await database.channel.findMany({ where: { id: { in: [...ids] } }, select: { id: true } });
  const known = new Set(rows.map(({ id }) => id));
  return ids.filter((id) => !known.has(id));
}

export interface RuleAuthor {
  id: string;
  by: string;
  at: Date;
}

export async function insertRule(
  database: Database,
  input: AlertRuleInput,
  { id, by, at }: RuleAuthor,
): Promise<void> {
  await database.alertRule.create({
    data: {
      id,
      ...columnsOf(input),
      createdBy: by,
      createdAt: at,
      updatedAt: at,
      channels: { create: [...new Set(input.channelIds)].map((channelId) => ({ channelId })) },
    },
  });
}

/** False when there is none. */
export async function updateRule(
  database: Database,
  id: string,
  input: AlertRuleInput,
  at: Date,
): Promise<boolean> {
  return transact(database, async (inside) => {
    if ((await inside.alertRule.count({ where: { id } })) === 0) return false;
    await inside.ruleChannel.deleteMany({ where: { ruleId: id } });
    await inside.alertRule.update({
      where: { id },
      data: {
        ...columnsOf(input),
        updatedAt: at,
        channels: { create: [...new Set(input.channelIds)].map((channelId) => ({ channelId })) },
      },
    });
    return true;
  });
}

/** Its incidents stay, and those that fire are closed: nobody watches them any more. */
export async function deleteRule(database: Database, id: string, at: Date): Promise<boolean> {
  return transact(database, async (inside) => {
    if ((await inside.alertRule.count({ where: { id } })) === 0) return false;
    await inside.incident.updateMany({
      where: { ruleId: id, state: 'firing' },
      data: { state: 'resolved', resolvedAt: at },
    });
    await inside.alertRule.delete({ where: { id } });
    return true;
  });
}
