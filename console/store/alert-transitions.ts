/**
 * Writes what one evaluation decided, all of it in one transaction: where rules stand, incidents opened, changed and
 * closed, and the intents to tell somebody (the outbox). Either everything of a round is kept or nothing is, so a notice is
 * never lost between an incident and its delivery and never sent for an incident that was not kept.
 */
import { hasBound } from '../contracts/alert-conditions.ts';
import type { NoticeKind } from '../alerting/notify-decision.ts';
import { subjectKey, subjectOfKey, type RuleDefinition, type RuleState } from '../alerting/alert-rule.ts';
import type { Database, Transaction } from './database.ts';
import { dialectOf, type Columns } from './dialect/dialect.ts';

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
}

export interface IncidentChange {
  readonly id: string;
  /** Set when the incident begins with this change. */
  readonly opened: { readonly rule: RuleDefinition; readonly state: RuleState; readonly unit: string } | null;
  /** Null: not known in this round, or nothing to count. What was known last stays. */
  readonly value: number | null;
  readonly peakValue: number | null;
  readonly threshold: number | null;
  readonly status: string | null;
  readonly reason: string | null;
  readonly noDataSinceMs: number | null;
  readonly causedBy: string | null;
  readonly causeSeenMs: number | null;
  readonly resolved: boolean;
  readonly notified: boolean;
}

export interface NewDelivery {
  readonly id: string;
  readonly incidentId: string;
  readonly channelId: string;
  readonly channelName: string;
  readonly kind: NoticeKind;
  readonly payload: string;
  readonly messageId: string;
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
      },
    ]),
  );
}

export async function applyTransitions(
  database: Database,
  transitions: Transitions,
  nowMs: number,
): Promise<void> {
  const { kept, dropped, incidents, deliveries } = transitions;
  if (kept.length + dropped.length + incidents.length + deliveries.length === 0) return;
  await database.$transaction(async (inside) => {
    await keepStates(inside, kept);
    await dropStates(inside, dropped);
    await keepIncidents(inside, incidents, nowMs);
    if (deliveries.length > 0) {
      const createdAt = new Date(nowMs);
      await inside.delivery.createMany({
        data: deliveries.map((each) => ({
          ...each,
          state: 'pending',
          createdAt,
          nextAttemptAtMs: BigInt(nowMs),
        })),
      });
    }
  });
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
  await inside.$executeRaw`
    INSERT INTO "RuleState" ("ruleId", "subject", "pendingSinceMs", "firingSinceMs", "incidentId", "lastValue", "lastEvaluatedMs")
    SELECT r."ruleId", r."subject", r."pendingSinceMs", r."firingSinceMs", r."incidentId", r."lastValue", r."lastEvaluatedMs"
    FROM ${dialectOf(inside).rows(rows, stateColumns)} AS r WHERE r."ruleId" IN (SELECT "id" FROM "AlertRule")
    ON CONFLICT ("ruleId", "subject") DO UPDATE SET
      "pendingSinceMs" = excluded."pendingSinceMs", "firingSinceMs" = excluded."firingSinceMs",
      "incidentId" = excluded."incidentId", "lastValue" = excluded."lastValue",
      "lastEvaluatedMs" = excluded."lastEvaluatedMs"`;
}

async function dropStates(inside: Transaction, states: readonly RuleState[]): Promise<void> {
  if (states.length === 0) return;
  const rows = states.map((state) => [state.ruleId, subjectKey(state)]);
  await inside.$executeRaw`
    DELETE FROM "RuleState" WHERE ("ruleId", "subject") IN (
      SELECT r."ruleId", r."subject" FROM ${dialectOf(inside).rows(rows, { ruleId: 'text', subject: 'text' })} AS r)`;
}

async function keepIncidents(
  inside: Transaction,
  changes: readonly IncidentChange[],
  nowMs: number,
): Promise<void> {
  const at = new Date(nowMs);
  const opened = changes.filter((change) => change.opened !== null);
  if (opened.length > 0) {
    await inside.incident.createMany({ data: opened.flatMap((change) => incidentRow(change, at) ?? []) });
  }
  const goingOn = changes.filter((change) => change.opened === null);
  if (goingOn.length === 0) return;
  await updateFound(inside, goingOn);
  await updateFiring(
    inside,
    goingOn.filter((change) => change.notified),
    {
      timesNotified: { increment: 1 },
      lastNotifiedAt: at,
    },
  );
  await updateFiring(
    inside,
    goingOn.filter((change) => change.resolved),
    { state: 'resolved', resolvedAt: at },
  );
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
  await inside.$executeRaw`
    UPDATE "Incident" SET "value" = COALESCE(c."newValue", "value"), "peakValue" = COALESCE(c."newPeak", "peakValue"),
           "threshold" = COALESCE(c."newThreshold", "threshold"), "status" = COALESCE(c."newStatus", "status"),
           "reason" = COALESCE(c."newReason", "reason"), "noDataSinceMs" = c."newNoData",
           "causedBy" = c."newCause", "causeSeenMs" = c."newCauseSeen"
    FROM ${dialectOf(inside).rows(values, foundColumns)} AS c
    WHERE "Incident"."id" = c."incidentId" AND "Incident"."state" || '' = 'firing'`;
}

interface IncidentUpdate {
  readonly timesNotified?: { readonly increment: number };
  readonly lastNotifiedAt?: Date;
  readonly state?: string;
  readonly resolvedAt?: Date;
}

async function updateFiring(
  inside: Transaction,
  changes: readonly IncidentChange[],
  data: IncidentUpdate,
): Promise<void> {
  for (let from = 0; from < changes.length; from += IDS_PER_STATEMENT) {
    const ids = changes.slice(from, from + IDS_PER_STATEMENT).map(({ id }) => id);
    await inside.incident.updateMany({ where: { id: { in: ids }, state: 'firing' }, data });
  }
}

function incidentRow({ id, opened, notified, ...found }: IncidentChange, at: Date) {
  if (opened === null) return null;
  const { rule, state, unit } = opened;
  const { value, peakValue, threshold, status, reason, causedBy, causeSeenMs } = found;
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
    state: 'firing',
    threshold: threshold ?? 0,
    unit,
    ...{ value, peakValue, status, reason, causedBy },
    causeSeenMs: causeSeenMs === null ? null : BigInt(causeSeenMs),
    startedAt: state.firingSinceMs === null ? at : new Date(state.firingSinceMs),
    timesNotified: notified ? 1 : 0,
    lastNotifiedAt: notified ? at : null,
  };
}

/** Incidents whose rule is gone, switched off or changed so that it no longer watches this: they end without a word. */
export async function closeOrphans(
  database: Database,
  cluster: string,
  openStates: ReadonlySet<string>,
  nowMs: number,
): Promise<number> {
  const rows = await database.incident.findMany({
    where: { cluster, state: 'firing' },
    select: { id: true },
  });
  const orphans = rows.map(({ id }) => id).filter((id) => !openStates.has(id));
  if (orphans.length === 0) return 0;
  const data = { state: 'resolved', resolvedAt: new Date(nowMs) };
  return (await database.incident.updateMany({ where: { id: { in: orphans } }, data })).count;
}
