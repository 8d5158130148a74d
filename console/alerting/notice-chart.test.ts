/** Which line of history belongs into the picture of which notice. */
import { describe, expect, it } from 'vitest';
import { chartQueryOf, withCharts, type ChartQuery } from './notice-chart.ts';
import { chartOf, noticeOf } from './testing/notices.ts';

const MINUTE = 60_000;
const atMs = Date.UTC(2026, 0, 5);

describe('the line', () => {
  it.each([
    [
      { type: 'group-lag', topic: null },
      { name: 'group.lag', group: 'billing', unit: 'records' },
    ],
    [
      { type: 'group-lag', unit: 'seconds' },
      { name: 'group.lag', topic: 'orders', unit: 'records' },
    ],
    [
      { type: 'group-status', topic: null },
      { name: 'group.lag', group: 'billing' },
    ],
    [
      { type: 'topic-capacity', group: null },
      { name: 'topic.sizeBytes', topic: 'orders', unit: 'bytes' },
    ],
    [
      { type: 'producer-rate', group: null },
      { name: 'topic.messagesInPerSec', topic: 'orders' },
    ],
    [
      { type: 'disk-use', broker: 2 },
      { name: 'broker.logDirBytes', broker: '2', unit: 'bytes' },
    ],
    [{ type: 'under-replicated', topic: null }, { name: 'cluster.underReplicatedPartitions' }],
    [{ type: 'offline-partitions', topic: null }, { name: 'cluster.offlinePartitions' }],
  ])('of %j is of what the rule is about', (changes, expected) => {
    expect(chartQueryOf(noticeOf(changes))).toMatchObject({ clusterId: 'local', ...expected });
  });

  it.each([
    { type: 'broker-down' },
    { type: 'controller-missing' },
    { type: 'collector-blind' },
    { type: 'offline-partitions', topic: 'orders' },
    { type: 'disk-use' },
    { type: 'from-the-future' },
  ])('of %j is none', (changes) => {
    expect(chartQueryOf(noticeOf(changes))).toBeNull();
  });

  it.each([
    [2 * MINUTE, 60 * MINUTE],
    [100 * MINUTE, 115 * MINUTE],
    [9 * 24 * 60 * MINUTE, 24 * 60 * MINUTE],
  ])('of what began %d ms ago covers %d ms and ends with the notice', (agoMs, coveredMs) => {
    const query = chartQueryOf(noticeOf({ atMs, startedAtMs: atMs - agoMs }));
    expect([query?.toMs, query === null ? 0 : query.toMs - query.fromMs]).toEqual([atMs, coveredMs]);
  });
});

it('is looked up for the first few notices only, and a history that fails does not keep a mail back', async () => {
  const asked: ChartQuery[] = [];
  const notices = Array.from({ length: 6 }, (_, index) => noticeOf({ group: `g${String(index)}` }));
  const shown = await withCharts([noticeOf({ type: 'broker-down' }), ...notices], 4, async (query) => {
    asked.push(query);
    if (query.group === 'g1') throw new Error('database is gone');
    return query.group === 'g2' ? null : [...chartOf().points];
  });
  expect(asked.map(({ group }) => group)).toEqual(['g0', 'g1', 'g2', 'g3']);
  expect(shown.map(({ chart }) => chart?.unit ?? null)).toEqual([
    null,
    'records',
    null,
    null,
    'records',
    null,
    null,
  ]);
});
