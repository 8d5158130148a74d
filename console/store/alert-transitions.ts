/**
 * Writes what one evaluation decided, all of it in one transaction: where rules stand, incidents opened, changed and
 * closed, and the intents to tell somebody (the outbox). Either everything of a round is kept or nothing is, so a notice is
 * never lost between an incident and its delivery and never sent for an incident that was not kept.
 */
import { Prisma } from '../../prisma/generated/client/client.ts';
import { hasBound } from '../contracts/alert-conditions.ts';
import type { NoticeKind } from '../alerting/notify-decision.ts';
import { subjectKey, subjectOfKey, type RuleDefinition, type RuleState } from '../alerting/alert-rule.ts';
import type { Database, Transaction } from './database.ts';
import { dialectOf, given, type Columns } from './dialect/dialect.ts';
import { transact } from './transact.ts';

/** Databases bound the parameters of a statement. */
const IDS_PER_STATEMENT = 500;

export interface OpenIncident {
  readonly id: string;
  readonly ruleId: string;
  readonly startedAtMs: number;
  readonly peakValue: number | null;
  /** The bound that was crossed last; null where the type has none. */
  readonly threshold: number | null;
  readonly timesNotified: number;
  readonly lastNotifiedAtMs: number | null;
  readonly isAcknowledged: boolean;
  /** Since when it cannot be told how it stands. */
  readonly noDataSinceMs: number | null;
  /** The incident that stood for it in the round before. */
  readonly causedBy: string | null;
  readonly causeSeenMs: number | null;
  /** Channels that were told of it, or will be; null while that was not looked up. */
  readonly toldChannelIds: readonly string[] | null;
}

export interface IncidentChange {
  readonly id: string;
  /** Set when the incident begins with this change. */
  readonly opened: {
    readonly rule: RuleDefinition;
    readonly state: RuleState;
    readonly unit: string;
    readonly startedAtMs: number;
  } | null;
  /** Null: not known in this round, or nothing to count. What was known last stays. */
  readonly value: number | null;
  readonly peakValue: number | null;
  readonly threshold: number | null;
  readonly status: string | null;
  readonly reason: string | null;
  readonly noDataSinceMs: number | null;
  readonly causedBy: string | null;
  readonly causeSeenMs: number | null;
  /** Null while it fires. */
  readonly resolvedAtMs: number | null;
  /** Somebody is told, the recovery included. */
  readonly notified: boolean;
  /** Notices so far, this one included: absolute, so that keeping it twice changes nothing. */
  readonly timesNotified: number;
  readonly lastNotifiedAtMs: number | null;
}

export interface NewDelivery {
  readonly id: string;
  readonly incidentId: string;
  readonly channelId: string;
  readonly channelName: string;
  readonly kind: NoticeKind;
  readonly payload: string;
  readonly messageId: string;
  /** When it was decided. */
  readonly createdAtMs: number;
}

/** Who may write: decided under a lease that somebody else has taken since is not kept. */
export interface Fence {
  readonly lease: string;
  readonly holder: string;
}

/** What was decided was not kept, because another process decides now. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError';
}

export interface Transitions {
  readonly kept: readonly RuleState[];
  /** Subjects that are inactive again. */
  readonly dropped: readonly RuleState[];
  readonly incidents: readonly IncidentChange[];
  readonly deliveries: readonly NewDelivery[];
}

export async function readRuleStates(database: Database, ruleIds: readonly string[]): Promise<RuleState[]> {
  const rows = await database.ruleState.findMany({ where: { ruleId: { in: [...ruleIds] } } });
  return rows.map(
    ({ ruleId, subject, pendingSinceMs, firingSinceMs, incidentId, lastValue, lastEvaluatedMs }) => ({
      ruleId,
      ...subjectOfKey(subject),
      pendingSinceMs: pendingSinceMs === null ? null : Number(pendingSinceMs),
      firingSinceMs: firingSinceMs === null ? null : Number(firingSinceMs),
      incidentId,
      lastValue,
      lastEvaluatedMs: Number(lastEvaluatedMs),
    }),
  );
}

/** Incidents of a cluster that still fire, by id. */
export async function readOpenIncidents(
  database: Database,
  cluster: string,
): Promise<Map<string, OpenIncident>> {
  const rows = await database.incident.findMany({ where: { cluster, state: 'firing' } });
  return new Map(
    rows.map((row) => [
      row.id,
      {
        id: row.id,
        ruleId: row.ruleId,
        startedAtMs: row.startedAt.getTime(),
        peakValue: row.peakValue,
        threshold: hasBound(row.type) ? row.threshold : null,
        timesNotified: row.timesNotified,
        lastNotifiedAtMs: row.lastNotifiedAt?.getTime() ?? null,
        isAcknowledged: row.acknowledgedBy !== null,
        noDataSinceMs: row.noDataSinceMs === null ? null : Number(row.noDataSinceMs),
        causedBy: row.causedBy,
        causeSeenMs: row.causeSeenMs === null ? null : Number(row.causeSeenMs),
        toldChannelIds: null,
      },
    ]),
  );
}

/** Channels that were told of each of these incidents, or will be, oldest first. What was given up reached nobody. */
export async function readToldChannels(
  database: Database,
  incidentIds: readonly string[],
): Promise<Map<string, string[]>> {
  const told = new Map(incidentIds.map((id): [string, string[]] => [id, []]));
  for (let from = 0; from < incidentIds.length; from += IDS_PER_STATEMENT) {
    const ids = incidentIds.slice(from, from + IDS_PER_STATEMENT);
    const rows = await database.delivery.findMany({
      where: { incidentId: { in: ids }, state: { in: ['pending', 'sent'] } },
      select: { incidentId: true, channelId: true },
      orderBy: { createdAt: 'asc' },
    });
    for (const { incidentId, channelId } of rows) {
      const channels = told.get(incidentId);
      if (channels !== undefined && !channels.includes(channelId)) channels.push(channelId);
    }
  }
  return told;
}

/** Keeping the same once more changes nothing: of a commit whose answer was lost nobody knows whether it was one. */
export async function applyTransitions(
  database: Database,
  transitions: Transitions,
  fence: Fence | null = null,
): Promise<void> {
  const { kept, dropped, incidents, deliveries } = transitions;
  if (kept.length + dropped.length + incidents.length + deliveries.length === 0) return;
  await transact(database, async (inside) => {
    if (fence !== null) await requireLease(inside, fence);
    await keepStates(inside, kept);
    await dropStates(inside, dropped);
    await keepIncidents(inside, incidents);
    await keepDeliveries(inside, deliveries);
  });
}

async function requireLease(inside: Transaction, { lease, holder }: Fence): Promise<void> {
  const row = await inside.lease.findUnique({ where: { name: lease } });
  if (row?.holder !== holder) throw new LeaseLostError(`The lease "${lease}" is held by somebody else.`);
}

async function keepDeliveries(inside: Transaction, deliveries: readonly NewDelivery[]): Promise<void> {
  const idsOf = async (ids: string[]) =>
    inside.delivery.findMany({ where: { id: { in: ids } }, select: { id: true } });
  const fresh = await without(deliveries, idsOf);
  if (fresh.length === 0) return;
  await inside.delivery.createMany({
    data: fresh.map(({ createdAtMs, ...each }) => ({
      ...each,
      state: 'pending',
      createdAt: new Date(createdAtMs),
      nextAttemptAtMs: BigInt(createdAtMs),
    })),
  });
}

/** Those that are not kept yet. */
async function without<Row extends { readonly id: string }>(
  rows: readonly Row[],
  keptOf: (ids: string[]) => Promise<{ id: string }[]>,
): Promise<Row[]> {
  const kept = new Set<string>();
  for (let from = 0; from < rows.length; from += IDS_PER_STATEMENT) {
    const ids = rows.slice(from, from + IDS_PER_STATEMENT).map(({ id }) => id);
    for (const { id } of await keptOf(ids)) kept.add(id);
  }
  return rows.filter(({ id }) => !kept.has(id));
}

const stateColumns: Columns = {
  ruleId: 'text',
  subject: 'text',
  pendingSinceMs: 'bigint',
  firingSinceMs: 'bigint',
  incidentId: 'text',
  lastValue: 'real',
  lastEvaluatedMs: 'bigint',
};
const foundColumns: Columns = {
  incidentId: 'text',
  newValue: 'real',
  newPeak: 'real',
  newThreshold: 'real',
  newStatus: 'text',
  newReason: 'text',
  newNoData: 'bigint',
  newCause: 'text',
  newCauseSeen: 'bigint',
};

async function keepStates(inside: Transaction, states: readonly RuleState[]): Promise<void> {
  if (states.length === 0) return;
  const rows = states.map((state) => [
    state.ruleId,
    subjectKey(state),
    state.pendingSinceMs,
    state.firingSinceMs,
    state.incidentId,
    state.lastValue,
    state.lastEvaluatedMs,
  ]);
  // The rule may have been deleted since it was read: its state must not come back.
  const { insert, rows: tableOf } = dialectOf(inside);
  const columns = Object.keys(stateColumns);
  await inside.$executeRaw(
    insert({
      table: 'RuleState',
      columns,
      values: columns.map(given),
      source: tableOf(rows, stateColumns),
      where: Prisma.sql`r."ruleId" IN (SELECT "id" FROM "AlertRule")`,
      key: ['ruleId', 'subject'],
      update: columns.slice(2),
    }),
  );
}

async function dropStates(inside: Transaction, states: readonly RuleState[]): Promise<void> {
  if (states.length === 0) return;
  const rows = states.map((state) => [state.ruleId, subjectKey(state)]);
  await inside.$executeRaw`
    DELETE FROM "RuleState" WHERE ("ruleId", "subject") IN (
      SELECT r."ruleId", r."subject" FROM ${dialectOf(inside).rows(rows, { ruleId: 'text', subject: 'text' })} AS r)`;
}

async function keepIncidents(inside: Transaction, changes: readonly IncidentChange[]): Promise<void> {
  const idsOf = async (ids: string[]) =>
    inside.incident.findMany({ where: { id: { in: ids } }, select: { id: true } });
  const fresh = await without(
    changes.filter(({ opened }) => opened !== null),
    idsOf,
  );
  if (fresh.length > 0)
    await inside.incident.createMany({ data: fresh.flatMap((each) => incidentRow(each) ?? []) });
  const isFresh = new Set(fresh.map(({ id }) => id));
  const goingOn = changes.filter(({ id }) => !isFresh.has(id));
  if (goingOn.length === 0) return;
  await updateFound(inside, goingOn);
  await updateTold(inside, goingOn);
  await updateResolved(inside, goingOn);
}

/** What was known last stays while nothing is known. */
async function updateFound(inside: Transaction, changes: readonly IncidentChange[]): Promise<void> {
  const values = changes.map((each) => [
    each.id,
    each.value,
    each.peakValue,
    each.threshold,
    each.status,
    each.reason,
    each.noDataSinceMs,
    each.causedBy,
    each.causeSeenMs,
  ]);
  // The || keeps SQLite from walking the index of states and the list for each of them: it looks up each id instead.
  const { update, rows: tableOf } = dialectOf(inside);
  const orBefore = (column: string, found: string): Prisma.Sql =>
    Prisma.sql`COALESCE(${given(found)}, ${Prisma.raw(`"Incident"."${column}"`)})`;
  await inside.$executeRaw(
    update({
      table: 'Incident',
      source: tableOf(values, foundColumns),
      set: {
        value: orBefore('value', 'newValue'),
        peakValue: orBefore('peakValue', 'newPeak'),
        threshold: orBefore('threshold', 'newThreshold'),
        status: orBefore('status', 'newStatus'),
        reason: orBefore('reason', 'newReason'),
        noDataSinceMs: given('newNoData'),
        causedBy: given('newCause'),
        causeSeenMs: given('newCauseSeen'),
      },
      where: Prisma.sql`"Incident"."id" = r."incidentId" AND "Incident"."state" || '' = 'firing'`,
    }),
  );
}

/** Those that were told at one moment and as often are written together. */
async function updateTold(inside: Transaction, changes: readonly IncidentChange[]): Promise<void> {
  const told = changes.filter(({ notified }) => notified);
  const alike = ({ timesNotified, lastNotifiedAtMs }: IncidentChange): string =>
    `${String(timesNotified)} ${String(lastNotifiedAtMs)}`;
  for (const [first, ids] of grouped(told, alike)) {
    const { timesNotified, lastNotifiedAtMs } = first;
    const data = { timesNotified, lastNotifiedAt: new Date(lastNotifiedAtMs ?? 0) };
    await inside.incident.updateMany({ where: { id: { in: ids }, state: 'firing' }, data });
  }
}

async function updateResolved(inside: Transaction, changes: readonly IncidentChange[]): Promise<void> {
  const over = changes.filter(({ resolvedAtMs }) => resolvedAtMs !== null);
  for (const [{ resolvedAtMs }, ids] of grouped(over, (each) => String(each.resolvedAtMs))) {
    const data = { state: 'resolved', resolvedAt: new Date(resolvedAtMs ?? 0) };
    await inside.incident.updateMany({ where: { id: { in: ids }, state: 'firing' }, data });
  }
}

/** The ids of those that are alike, with the first of them; as many at a time as a statement takes. */
function grouped(
  changes: readonly IncidentChange[],
  alike: (change: IncidentChange) => string,
): [IncidentChange, string[]][] {
  const groups = new Map<string, [IncidentChange, string[]][]>();
  for (const change of changes) {
    const parts = groups.get(alike(change)) ?? [];
    groups.set(alike(change), parts);
    const last = parts.at(-1);
    if (last !== undefined && last[1].length < IDS_PER_STATEMENT) last[1].push(change.id);
    else parts.push([change, [change.id]]);
  }
  return [...groups.values()].flat();
}

function incidentRow({ id, opened, ...found }: IncidentChange) {
  if (opened === null) return null;
  const { rule, state, unit, startedAtMs } = opened;
  const { value, peakValue, threshold, status, reason, causedBy, causeSeenMs, noDataSinceMs } = found;
  const { timesNotified, lastNotifiedAtMs, resolvedAtMs } = found;
  return {
    id,
    ruleId: rule.id,
    ruleName: rule.name,
    type: rule.type,
    subject: subjectKey(state),
    cluster: rule.cluster,
    groupId: state.group,
    topic: state.topic,
    broker: state.broker,
    level: rule.level,
    state: resolvedAtMs === null ? 'firing' : 'resolved',
    threshold: threshold ?? 0,
    unit,
    ...{ value, peakValue, status, reason, causedBy, timesNotified },
    causeSeenMs: causeSeenMs === null ? null : BigInt(causeSeenMs),
    noDataSinceMs: noDataSinceMs === null ? null : BigInt(noDataSinceMs),
    startedAt: new Date(startedAtMs),
    lastNotifiedAt: lastNotifiedAtMs === null ? null : new Date(lastNotifiedAtMs),
    resolvedAt: resolvedAtMs === null ? null : new Date(resolvedAtMs),
  };
}
