/** The audit trail. Rows are added and read; nothing here changes or removes one, and deleting a user keeps theirs. */
import type { Database } from './database.ts';

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

export interface AuditPage {
  entries: (AuditRecord & { id: number })[];
  total: number;
}

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

export interface AuditQuery {
  search: string | null;
  newestFirst: boolean;
  skip: number;
  limit: number;
}

export async function readAudit(
  database: Database,
  { search, newestFirst, skip, limit }: AuditQuery,
): Promise<AuditPage> {
  const where =
    search === null
      ? {}
      : {
          OR: [
            { actor: { contains: search } },
            { action: { contains: search } },
            { target: { contains: search } },
            { result: { contains: search } },
            { detail: { contains: search } },
            { ip: { contains: search } },
          ],
        };
  const [entries, total] = await Promise.all([
    database.auditEntry.findMany({ where, orderBy: { id: newestFirst ? 'desc' : 'asc' }, skip, take: limit }),
    database.auditEntry.count({ where }),
  ]);
  return { entries, total };
}
