/**
 * The audit trail. Rows are added and read; nothing here changes or removes one, and deleting a user keeps theirs.
 *
 * Read from a row on rather than by number of rows, so that a page is where it was however many rows came meanwhile and
 * the last of 100,000 costs what the first does. Texts are searched without regard to case.
 */
import type { AuditFilter } from '../contracts/accounts.ts';
import type { Database } from './database.ts';
import { asWritten, dialectOf } from './dialect/dialect.ts';

export interface AuditRecord {
  at: Date;
  actor: string;
  ip: string;
  action: string;
  cluster: string | null;
  target: string;
  result: string;
  detail: string | null;
}

export type StoredAuditRecord = AuditRecord & { id: number };

/** Longest text that is kept of a name that came from outside. */
const textLengthMax = 1_000;
const detailLengthMax = 10_000;

export async function insertAudit(database: Database, record: AuditRecord): Promise<void> {
  await database.auditEntry.create({
    data: {
      ...record,
      actor: record.actor.slice(0, textLengthMax),
      target: record.target.slice(0, textLengthMax),
      result: record.result.slice(0, textLengthMax),
      detail: record.detail?.slice(0, detailLengthMax) ?? null,
    },
  });
}

/** `action` with a point is one action, without it all of a noun. */
function conditionOf(database: Database, filter: AuditFilter) {
  const { search, actor, action, target, cluster, outcome, from, to } = filter;
  const holding = (text: string) => dialectOf(database).holding(text);
  const inTime = {
    ...(from === undefined ? {} : { gte: new Date(from) }),
    ...(to === undefined ? {} : { lt: new Date(to) }),
  };
  return {
    ...(actor === undefined ? {} : { actor }),
    ...(action === undefined
      ? {}
      : { action: action.includes('.') ? action : { startsWith: `${asWritten(action)}.` } }),
    ...(target === undefined ? {} : { target: holding(target) }),
    ...(cluster === undefined ? {} : { cluster }),
    ...(outcome === undefined ? {} : { result: outcome === 'ok' ? outcome : { startsWith: `${outcome}:` } }),
    ...(from === undefined && to === undefined ? {} : { at: inTime }),
    ...(search === undefined
      ? {}
      : {
          OR: [
            { actor: holding(search) },
            { action: holding(search) },
            { target: holding(search) },
            { result: holding(search) },
            { detail: holding(search) },
            { ip: holding(search) },
          ],
        }),
  };
}

export interface AuditQuery {
  filter: AuditFilter;
  newestFirst: boolean;
  /** The id of the last row of the page before; null: from the beginning. */
  after: number | null;
  limit: number;
}

export async function readAudit(
  database: Database,
  { filter, newestFirst, after, limit }: AuditQuery,
): Promise<StoredAuditRecord[]> {
  const place = after === null ? {} : { id: newestFirst ? { lt: after } : { gt: after } };
  return database.auditEntry.findMany({
    where: { AND: [conditionOf(database, filter), place] },
    orderBy: { id: newestFirst ? 'desc' : 'asc' },
    take: limit,
  });
}

export async function countAudit(database: Database, filter: AuditFilter): Promise<number> {
  return database.auditEntry.count({ where: conditionOf(database, filter) });
}
