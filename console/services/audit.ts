/** Writes and reads the audit trail: every mutation one row, refused ones too, in UTC. */
import type { AuditEntry, AuditFilter } from '../contracts/accounts.ts';
import type { List } from '../contracts/envelope.ts';
import { countAudit, insertAudit, readAudit } from '../store/audit.ts';
import type { StoredAuditRecord } from '../store/audit.ts';
import { ConsoleError } from './console-error.ts';
import type { Actor, ConsoleContext } from './context.ts';
import type { PageQuery } from './list-page.ts';

export interface AuditEvent {
  actor: Pick<Actor, 'name' | 'ip'>;
  action: string;
  cluster?: string | null;
  target: string;
  result: string;
  detail?: string | null;
}

export async function recordAudit(context: ConsoleContext, event: AuditEvent): Promise<void> {
  await insertAudit(context.database, {
    at: context.now(),
    actor: event.actor.name,
    ip: event.actor.ip,
    action: event.action,
    cluster: event.cluster ?? null,
    target: event.target,
    result: event.result,
    detail: event.detail ?? null,
  });
}

export type AuditPageQuery = PageQuery & AuditFilter;

export const auditEntryOf = (record: StoredAuditRecord): AuditEntry => ({
  ...record,
  id: String(record.id),
  at: record.at.toISOString(),
});

/** The cursor is the id of the last row before. */
function placeOf(cursor: string | undefined): number | null {
  if (cursor === undefined) return null;
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor);
  throw new ConsoleError('invalid', 'The cursor is not one that this list gave.', {
    errors: { cursor: 'is not a cursor of this list' },
  });
}

/** Newest first unless asked otherwise. */
export async function listAudit(context: ConsoleContext, query: AuditPageQuery): Promise<List<AuditEntry>> {
  const { sort, limit, cursor, ...filter } = query;
  const place = { filter, newestFirst: sort !== 'at', after: placeOf(cursor) };
  // One more than is shown tells whether there are more.
  const [records, total] = await Promise.all([
    readAudit(context.database, { ...place, limit: limit + 1 }),
    countAudit(context.database, filter),
  ]);
  const items = records.slice(0, limit).map(auditEntryOf);
  return {
    items,
    total,
    asOf: context.now().toISOString(),
    stale: false,
    nextCursor: records.length > limit ? (items.at(-1)?.id ?? null) : null,
  };
}
