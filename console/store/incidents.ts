/** Incidents: read, with what was sent about them, acknowledged, and let go of when they are old. They are written by alert-transitions.ts, and those without a rule by past-incident.ts. */
import type { AlertLevel } from '../alerting/alert-rule.ts';
import { hasBound } from '../contracts/alert-conditions.ts';
import { incidentTypeSchema, type IncidentType } from '../contracts/alerts.ts';
import { levelOf } from './alert-rules.ts';
import type { Database } from './database.ts';

export interface StoredDelivery {
  readonly id: string;
  readonly channelId: string;
  readonly channelName: string;
  readonly kind: string;
  readonly state: string;
  readonly attempts: number;
  readonly createdAt: Date;
  readonly sentAt: Date | null;
  readonly nextAttemptAtMs: number | null;
  readonly lastError: string | null;
}

export interface StoredIncident {
  readonly id: string;
  readonly ruleId: string;
  readonly ruleName: string;
  readonly type: IncidentType;
  readonly cluster: string;
  readonly group: string | null;
  readonly topic: string | null;
  readonly broker: number | null;
  readonly level: AlertLevel;
  readonly state: 'firing' | 'resolved';
  /** Null where the type has none. */
  readonly threshold: number | null;
  readonly unit: string;
  readonly value: number | null;
  readonly peakValue: number | null;
  readonly status: string | null;
  readonly reason: string | null;
  readonly noDataSinceMs: number | null;
  readonly causedBy: string | null;
  readonly startedAt: Date;
  readonly resolvedAt: Date | null;
  readonly acknowledgedBy: string | null;
  readonly acknowledgedAt: Date | null;
  readonly deliveries: readonly StoredDelivery[];
}

export interface IncidentFilter {
  readonly state?: 'firing' | 'resolved' | undefined;
  readonly cluster?: string | undefined;
}

/** The newest so many are shown; older ones stay in the database. */
export const INCIDENTS_MAX = 2_000;
const DELIVERIES_MAX = 50;
/** What was said is not read back: it is for the channel it was said to, and long. */
const withDeliveries = {
  deliveries: {
    omit: { payload: true, messageId: true, incidentId: true },
    orderBy: { createdAt: 'asc' },
    take: DELIVERIES_MAX,
  },
} as const;
type Row = NonNullable<Awaited<ReturnType<typeof findRow>>>;

const findRow = (database: Database, id: string) =>
  database.incident.findUnique({ where: { id }, include: withDeliveries });

/** Newest first, firing ones before resolved ones. */
export async function readIncidents(
  database: Database,
  filter: IncidentFilter = {},
): Promise<StoredIncident[]> {
  const where = {
    ...(filter.state === undefined ? {} : { state: filter.state }),
    ...(filter.cluster === undefined ? {} : { cluster: filter.cluster }),
  };
  const rows = await database.incident.findMany({
    where,
    include: withDeliveries,
    orderBy: [{ state: 'asc' }, { startedAt: 'desc' }],
    take: INCIDENTS_MAX,
  });
  return rows.map(incidentOf);
}

export async function readIncident(database: Database, id: string): Promise<StoredIncident | null> {
  const row = await findRow(database, id);
  return row === null ? null : incidentOf(row);
}

/** The first one who acknowledges stays. Null when there is no such incident. */
export async function markAcknowledged(
  database: Database,
  id: string,
  by: string,
  at: Date,
): Promise<StoredIncident | null> {
  await database.incident.updateMany({
    where: { id, acknowledgedBy: null },
    data: { acknowledgedBy: by, acknowledgedAt: at },
  });
  return readIncident(database, id);
}

/** Rows that one sweep deletes at most, with their deliveries. */
const SWEEP_MAX = 500;

/**
 * Deletes incidents that were over before `before`, with what was sent about them; never one that fires, or about which
 * something is still to be sent. Returns how many went.
 */
export async function sweepIncidents(database: Database, before: Date): Promise<number> {
  const old = await database.incident.findMany({
    where: { state: 'resolved', resolvedAt: { lt: before }, deliveries: { none: { state: 'pending' } } },
    select: { id: true },
    take: SWEEP_MAX,
  });
  if (old.length === 0) return 0;
  const { count } = await database.incident.deleteMany({ where: { id: { in: old.map(({ id }) => id) } } });
  return count;
}

function incidentOf(row: Row): StoredIncident {
  const {
    subject: _subject,
    causeSeenMs: _seen,
    timesNotified: _times,
    lastNotifiedAt: _last,
    ...told
  } = row;
  const { groupId, level, state, deliveries, ...rest } = told;
  return {
    ...rest,
    type: typeOf(row.type),
    group: groupId,
    level: levelOf(level),
    state: state === 'firing' ? 'firing' : 'resolved',
    threshold: hasBound(row.type) ? row.threshold : null,
    noDataSinceMs: row.noDataSinceMs === null ? null : Number(row.noDataSinceMs),
    deliveries: deliveries.map(({ nextAttemptAtMs, ...delivery }) => ({
      ...delivery,
      nextAttemptAtMs: nextAttemptAtMs === null ? null : Number(nextAttemptAtMs),
    })),
  };
}

function typeOf(text: string): IncidentType {
  return incidentTypeSchema.parse(text);
}
