/** Old incidents go with what was sent about them; what fires, is young, or is still to be told stays. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDatabase, type Database } from './database.ts';
import { sweepIncidents } from './incidents.ts';

let directory = '';
let database: Database;
beforeEach(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'aquila-incidents-'));
  database = await openDatabase(`file:${path.join(directory, 'aquila.db')}`);
});
afterEach(async () => {
  await database.$disconnect();
  rmSync(directory, { recursive: true, force: true });
});

const before = new Date('2026-02-01T00:00:00Z');
const longAgo = new Date('2026-01-01T00:00:00Z');
const after = new Date('2026-02-02T00:00:00Z');

async function incident(id: string, resolvedAt: Date | null, deliveryState: string): Promise<void> {
  await database.incident.create({
    data: {
      id,
      ruleId: 'r',
      ruleName: 'r',
      subject: '[]',
      cluster: 'local',
      level: 'P2',
      state: resolvedAt === null ? 'firing' : 'resolved',
      threshold: 1,
      unit: 'records',
      startedAt: longAgo,
      resolvedAt,
      deliveries: {
        create: {
          id: `d ${id}`,
          channelId: 'c',
          channelName: 'c',
          kind: 'firing',
          state: deliveryState,
          payload: '{}',
          messageId: `<${id}>`,
          createdAt: longAgo,
        },
      },
    },
  });
}

test('only what is over, old and told goes', async () => {
  await incident('old', longAgo, 'sent');
  await incident('dead letter', longAgo, 'dead');
  await incident('still to be told', longAgo, 'pending');
  await incident('young', after, 'sent');
  await incident('firing', null, 'sent');
  expect(await sweepIncidents(database, before)).toBe(2);
  expect(await sweepIncidents(database, before)).toBe(0);
  const left = (await database.incident.findMany({ orderBy: { id: 'asc' } })).map(({ id }) => id);
  expect(left).toEqual(['firing', 'still to be told', 'young']);
  expect(await database.delivery.count()).toBe(3);
});
