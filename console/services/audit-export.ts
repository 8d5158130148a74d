/**
 * The audit trail as a file, with the filters of its list, oldest first. Made as it is read, a slice of rows at a time, so that
 * its length costs no memory; rows that come while it is made are not in it.
 */
import type { AuditEntry, AuditFilter } from '../contracts/accounts.ts';
import { readAudit } from '../store/audit.ts';
import type { AuditQuery, StoredAuditRecord } from '../store/audit.ts';
import { auditEntryOf } from './audit.ts';
import type { ConsoleContext } from './context.ts';
import { csvLine } from './csv.ts';

export const exportRowsMax = 1_000_000;
const sliceRows = 500;

const columns = ['at', 'actor', 'ip', 'action', 'cluster', 'target', 'result', 'detail'] as const;

export interface AuditFile {
  readonly fileName: string;
  readonly type: string;
  readonly text: AsyncGenerator<string, void>;
}

async function* slices(context: ConsoleContext, filter: AuditFilter): AsyncGenerator<AuditEntry[], void> {
  const [newest] = await readAudit(context.database, { filter, newestFirst: true, after: null, limit: 1 });
  if (newest === undefined) return;
  let after: number | null = null;
  for (let rows = 0; rows < exportRowsMax;) {
    const query: AuditQuery = { filter, newestFirst: false, after, limit: sliceRows };
    const records: StoredAuditRecord[] = (await readAudit(context.database, query)).filter(
      ({ id }) => id <= newest.id,
    );
    const last = records.at(-1);
    if (last === undefined) return;
    yield records.map(auditEntryOf);
    rows += records.length;
    after = last.id;
  }
}

async function* csvText(context: ConsoleContext, filter: AuditFilter): AsyncGenerator<string, void> {
  yield csvLine(columns);
  for await (const entries of slices(context, filter)) {
    yield entries.map((entry) => csvLine(columns.map((column) => entry[column]))).join('');
  }
}

async function* lineText(context: ConsoleContext, filter: AuditFilter): AsyncGenerator<string, void> {
  for await (const entries of slices(context, filter)) {
    yield entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
  }
}

export function exportAudit(
  context: ConsoleContext,
  { format, ...filter }: AuditFilter & { format: 'csv' | 'ndjson' },
): AuditFile {
  const day = context.now().toISOString().slice(0, 10);
  const name = `aquila-audit-${day}.${format}`;
  return format === 'csv'
    ? { fileName: name, type: 'text/csv; charset=utf-8', text: csvText(context, filter) }
    : { fileName: name, type: 'application/x-ndjson; charset=utf-8', text: lineText(context, filter) };
}
