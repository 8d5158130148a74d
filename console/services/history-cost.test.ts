/** Rows of history by the hour, as the console says it, against the rows that are in the database. */
import { expect, it } from 'vitest';
import { rowsWrittenPerHour } from '../store/rows-written.ts';
import { ListedWriter } from '../store/testing/listed-writer.ts';
import { openTestConsole } from './testing/test-context.ts';

it('are those that the database has more, by the time that went by', async () => {
  const opened = await openTestConsole();
  const { database } = opened.context;
  try {
    const writer = new ListedWriter(database);
    const startMs = Date.UTC(2026, 0, 1, 10);
    const write = (round: number, values: readonly number[]): Promise<void> =>
      writer.write(
        'counted',
        startMs + round * 10_000,
        values.map((value, group) => ({
          name: 'group.lag',
          labels: { topic: '', group: `g${String(group)}`, broker: '', partition: '' },
          value,
        })),
      );
    await write(0, [1, 2, 3]);
    const before = await database.sample.count();
    await write(1, [1, 5, 3]);
    await write(2, [7, 6, 3]);
    await write(3, [7, 6, 3]);
    const added = (await database.sample.count()) - before;
    expect(added).toBe(3);
    expect(rowsWrittenPerHour('counted')).toBe((added * 3_600) / 30);
  } finally {
    await opened.close();
  }
});
