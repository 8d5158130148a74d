/** The audit trail: each filter, pages that hold while rows come, and the file. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { exportAudit } from './audit-export.ts';
import { listAudit, recordAudit } from './audit.ts';
import type { AuditPageQuery } from './audit.ts';
import type { ConsoleContext } from './context.ts';
import { openTestConsole } from './testing/test-context.ts';
import type { TestConsole } from './testing/test-context.ts';

let console_: TestConsole;
let context: ConsoleContext;
beforeEach(async () => {
  console_ = await openTestConsole();
  context = console_.context;
});
afterEach(() => console_.close());

const hourMs = 3_600_000;
const rows = [
  { who: 'ann', action: 'topic.create', cluster: 'local', target: 'orders', result: 'ok' },
  {
    who: 'bob',
    action: 'topic.delete',
    cluster: 'local',
    target: 'orders',
    result: 'refused: wrong-topic-token',
  },
  { who: 'ann', action: 'user.create', cluster: null, target: 'topic', result: 'refused: role' },
  {
    who: 'token:ci',
    action: 'group.delete',
    cluster: 'east',
    target: 'Billing',
    result: 'failed: cluster-unreachable',
  },
  { who: 'annette', action: 'topic.delete', cluster: 'east', target: '=cmd()', result: 'unknown: no answer' },
];

async function writeRows(): Promise<void> {
  for (const { who, ...event } of rows) {
    await recordAudit(context, { actor: { name: who, ip: '10.0.0.1' }, ...event });
    console_.pass(hourMs);
  }
}

const targetsOf = async (query: Partial<AuditPageQuery>) =>
  (await listAudit(context, { limit: 100, ...query })).items.map(({ target }) => target);

test('each filter finds its rows and no others, and they go together', async () => {
  await writeRows();
  expect(await targetsOf({})).toEqual(['=cmd()', 'Billing', 'topic', 'orders', 'orders']);
  expect(await targetsOf({ actor: 'ann' })).toEqual(['topic', 'orders']);
  expect(await targetsOf({ action: 'topic' })).toEqual(['=cmd()', 'orders', 'orders']);
  expect(await targetsOf({ action: 'topic.create' })).toEqual(['orders']);
  expect(await targetsOf({ target: 'bill' })).toEqual(['Billing']);
  expect(await targetsOf({ cluster: 'east' })).toEqual(['=cmd()', 'Billing']);
  expect(await targetsOf({ outcome: 'ok' })).toEqual(['orders']);
  expect(await targetsOf({ outcome: 'refused' })).toEqual(['topic', 'orders']);
  expect(await targetsOf({ outcome: 'failed' })).toEqual(['Billing']);
  expect(await targetsOf({ outcome: 'unknown' })).toEqual(['=cmd()']);
  expect(await targetsOf({ from: '2026-01-01T01:00:00Z', to: '2026-01-01T03:00:00Z' })).toEqual([
    'topic',
    'orders',
  ]);
  expect(await targetsOf({ search: 'WRONG-topic' })).toEqual(['orders']);
  expect(await targetsOf({ action: 'topic', outcome: 'refused', actor: 'bob' })).toEqual(['orders']);
});

test('pages hold while new rows come, in both directions, and the last one says so', async () => {
  for (let number = 0; number < 25; number += 1) {
    await recordAudit(context, {
      actor: { name: 'a', ip: '' },
      action: 'x.y',
      target: `${number}`,
      result: 'ok',
    });
  }
  const seen: string[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < 5; page += 1) {
    const list = await listAudit(context, { limit: 10, cursor });
    seen.push(...list.items.map(({ target }) => target));
    await recordAudit(context, { actor: { name: 'a', ip: '' }, action: 'x.y', target: 'new', result: 'ok' });
    if (list.nextCursor === null) break;
    cursor = list.nextCursor;
  }
  expect(seen).toEqual(Array.from({ length: 25 }, (_, index) => String(24 - index)));
  const oldest = await listAudit(context, { limit: 10, sort: 'at' });
  const next = await listAudit(context, { limit: 10, sort: 'at', cursor: oldest.nextCursor ?? '' });
  expect([...oldest.items, ...next.items].map(({ target }) => target)).toEqual(
    Array.from({ length: 20 }, (_, index) => String(index)),
  );
  await expect(listAudit(context, { limit: 10, cursor: 'x; DROP' })).rejects.toMatchObject({
    type: 'invalid',
  });
});

async function fileOf(format: 'csv' | 'ndjson', filter: Partial<AuditPageQuery> = {}) {
  const file = exportAudit(context, { format, ...filter });
  let text = '';
  let pieces = 0;
  for await (const piece of file.text) {
    text += piece;
    pieces += 1;
  }
  return { ...file, text, pieces };
}

test('the file has the rows of the filter, oldest first, and nothing in it is a formula', async () => {
  await writeRows();
  const csv = await fileOf('csv', { action: 'topic' });
  expect(csv.fileName).toBe('aquila-audit-2026-01-01.csv');
  const lines = csv.text.split('\r\n');
  expect(lines[0]).toBe('at,actor,ip,action,cluster,target,result,detail');
  expect(lines).toHaveLength(5);
  expect(lines[1]).toBe('2026-01-01T00:00:00.000Z,ann,10.0.0.1,topic.create,local,orders,ok,');
  expect(lines[3]).toContain(`"'=cmd()"`);
  const objects = (await fileOf('ndjson')).text.trimEnd().split('\n');
  expect(objects.map((line) => (JSON.parse(line) as { target: string }).target)).toEqual(
    rows.map(({ target }) => target),
  );
});

test('a long trail is read a slice at a time, and what comes meanwhile is not in the file', async () => {
  const data = Array.from({ length: 1_200 }, (_, index) => ({
    at: context.now(),
    actor: 'a',
    ip: '',
    action: 'x.y',
    cluster: null,
    target: String(index),
    result: 'ok',
    detail: null,
  }));
  await context.database.auditEntry.createMany({ data });
  const file = exportAudit(context, { format: 'ndjson' });
  const lengths: number[] = [];
  for await (const piece of file.text) {
    lengths.push(piece.trimEnd().split('\n').length);
    await recordAudit(context, { actor: { name: 'a', ip: '' }, action: 'x.y', target: 'new', result: 'ok' });
  }
  expect(lengths).toEqual([500, 500, 200]);
  expect((await fileOf('csv', { target: 'nothing has this' })).text.split('\r\n')).toHaveLength(2);
});
