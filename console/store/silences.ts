/** Silences: what matches one between its two moments opens incidents but tells nobody. */
import type { Silence } from '../contracts/alerts.ts';
import type { Silence as ActiveSilence } from '../alerting/notify-decision.ts';
import type { Database } from './database.ts';

interface SilenceRow {
  id: string;
  cluster: string;
  ruleId: string | null;
  groupId: string | null;
  topic: string | null;
  broker: number | null;
  startsAt: Date;
  endsAt: Date;
  comment: string;
  createdBy: string;
}

function toSilence({ groupId, startsAt, endsAt, ...row }: SilenceRow): Silence {
  return { ...row, group: groupId, startsAt: startsAt.toISOString(), endsAt: endsAt.toISOString() };
}

/** Those that have not ended at `at`. */
export async function listSilences(database: Database, at: Date): Promise<Silence[]> {
  const rows = await database.silence.findMany({ where: { endsAt: { gt: at } }, orderBy: { endsAt: 'asc' } });
  return rows.map(toSilence);
}

export async function insertSilence(
  database: Database,
  { group, startsAt, endsAt, ...silence }: Silence,
): Promise<void> {
  await database.silence.create({
    data: { ...silence, groupId: group, startsAt: new Date(startsAt), endsAt: new Date(endsAt) },
  });
}

export async function findSilence(database: Database, id: string): Promise<Silence | null> {
  const row = await database.silence.findUnique({ where: { id } });
  return row === null ? null : toSilence(row);
}

/** Null when there is none. */
export async function clusterOfSilence(database: Database, id: string): Promise<string | null> {
  return (await database.silence.findUnique({ where: { id }, select: { cluster: true } }))?.cluster ?? null;
}

export async function deleteSilence(database: Database, id: string): Promise<boolean> {
  return (await database.silence.deleteMany({ where: { id } })).count > 0;
}

/** For deciding who is told: those of a cluster that are in force at `at` or come later. */
export async function readSilencesOf(
  database: Database,
  cluster: string,
  at: Date,
): Promise<ActiveSilence[]> {
  const rows = await database.silence.findMany({
    where: { cluster, endsAt: { gt: at } },
  });
  return rows.map(({ ruleId, groupId, topic, broker, startsAt, endsAt }) => ({
    cluster,
    ruleId,
    group: groupId,
    topic,
    broker,
    startsAtMs: startsAt.getTime(),
    endsAtMs: endsAt.getTime(),
  }));
}
