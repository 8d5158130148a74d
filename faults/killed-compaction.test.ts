/**
 * `kill -9` again and again while compaction runs on small segments as fast as it can. After each start the last value of every
 * key is there at the offset at which it was written, nothing else has come up, and tombstones are still kept.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { timesOf } from './campaign.ts';
import { testDirectory } from './mounted-disk.ts';
import { startOn, type RunningBroker } from './running-broker.ts';

const KILLS = timesOf(6);
/** For one of them, with the start and the check after it. */
const KILL_LIMIT_MS = 20_000;
const TOPIC = 'state';
const KEYS = 40;
const BATCHES_PER_ROUND = 120;
const RECORDS_PER_BATCH = 10;
/** How long a round of the compactor may keep us waiting. */
const ROUND_LIMIT_MS = 20_000;
/** Kills come when its files are seen; this spreads them over what it does then. */
const LONGEST_WAIT_MS = 12;
const COMPACTED = {
  'cleanup.policy': 'compact',
  'segment.bytes': '16384',
  'min.cleanable.dirty.ratio': '0.01',
  'delete.retention.ms': '86400000',
};
const OVERRIDES = ['log.cleaner.backoff.ms=1', 'log.segment.delete.delay.ms=200'];

/** What was acknowledged, by offset; and what was sent when the process was killed. */
interface Sent {
  readonly byOffset: Map<number, { readonly key: string; readonly value: string | null }>;
  nextOffset: number;
  number: number;
}

async function produceRound({ client }: RunningBroker, sent: Sent): Promise<void> {
  for (let batch = 0; batch < BATCHES_PER_ROUND; batch++) {
    const entries = Array.from({ length: RECORDS_PER_BATCH }, () => {
      const number = sent.number++;
      const value = number % 17 === 0 ? null : `value ${String(number)} `.padEnd(60, '.');
      return { key: `k${String((number * 7) % KEYS)}`, value };
    });
    const { errorCode, baseOffset } = await client.produce(TOPIC, 0, entries);
    expect([errorCode, baseOffset]).toEqual([0, sent.nextOffset]);
    for (const [index, entry] of entries.entries()) sent.byOffset.set(baseOffset + index, entry);
    sent.nextOffset = baseOffset + entries.length;
  }
}

/** Files of an unfinished or just finished round are there. */
async function untilCompacting(directory: string): Promise<void> {
  const isSeen = (): boolean => readdirSync(directory).some((name) => /\.(cleaned|swap|deleted)$/.test(name));
  await expect.poll(isSeen, { timeout: ROUND_LIMIT_MS, interval: 1 }).toBe(true);
}

/** Gives how many of the records are no longer there. */
async function expectCompacted({ client }: RunningBroker, sent: Sent): Promise<number> {
  const stored = await client.readAll(TOPIC, 0);
  if (typeof stored === 'number') throw new Error(`error ${String(stored)}`);
  const found = new Map(stored.map(({ offset, key, value }) => [offset, { key, value }]));
  expect(found.size).toBe(stored.length);
  for (const [offset, record] of found) expect([offset, record]).toEqual([offset, sent.byOffset.get(offset)]);
  const last = new Map([...sent.byOffset].map(([offset, { key }]) => [key, offset]));
  for (const offset of last.values()) expect([offset, found.has(offset)]).toEqual([offset, true]);
  return sent.byOffset.size - found.size;
}

describe('kill -9 in the middle of compaction', () => {
  it('keeps the last value of every key at its offset', { timeout: KILLS * KILL_LIMIT_MS }, async () => {
    const home = testDirectory();
    const directories = [join(home, 'data')];
    const sent: Sent = { byOffset: new Map(), nextOffset: 0, number: 0 };
    let running = await startOn(home, directories, OVERRIDES);
    expect(await running.client.createTopic(TOPIC, 1, COMPACTED)).toBe(0);
    for (let round = 0; round < KILLS; round++) {
      await produceRound(running, sent);
      await untilCompacting(join(home, 'data', `${TOPIC}-0`));
      await pause((round * 5) % LONGEST_WAIT_MS);
      await running.broker.end('SIGKILL');
      running = await startOn(home, directories, OVERRIDES);
      await expectCompacted(running, sent);
    }
    // Left in peace, and with nothing more written, it gets through.
    await expect
      .poll(() => expectCompacted(running, sent), { timeout: ROUND_LIMIT_MS })
      .toBeGreaterThan(sent.byOffset.size * 0.7);
    expect(await running.broker.end('SIGTERM')).toBe(0);
  });
});
