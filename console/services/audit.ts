/** Writes and reads the audit trail: every mutation one row, refused ones too, in UTC. */
import type { AuditEntry } from '../contracts/accounts.ts';
import type { List } from '../contracts/envelope.ts';
import { insertAudit, readAudit } from '../store/audit.ts';
import type { Actor, ConsoleContext } from './context.ts';
import { skipOf } from './list-page.ts';
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

/** Newest first unless asked otherwise. */
export async function listAudit(context: ConsoleContext, query: PageQuery): Promise<List<AuditEntry>> {
  const skip = skipOf(query);
  const { entries, total } = await readAudit(context.database, {
    search: query.search ?? null,
    newestFirst: query.sort !== 'at',
    skip,
    limit: query.limit,
  });
  const end = skip + entries.length;
  return {
    items: entries.map((entry) => ({ ...entry, id: String(entry.id), at: entry.at.toISOString() })),
    total,
    asOf: context.now().toISOString(),
    stale: false,
    nextCursor: end < total && entries.length > 0 ? String(end) : null,
  };
}
