/**
 * `kill -9` again and again while compaction runs on small segments as fast as it can. After each start the last value of every
 * key is there at the offset at which it was written, nothing else has come up, and tombstones are still kept.
 */
import { readdirSync, watch } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { needs } from './abilities.ts';
import { timesOf } from './campaign.ts';
import { delaySyncs } from './failing-calls.ts';
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
/** Its first file, the one that makes a round count, and the old ones' going: each is there for a few milliseconds. */
const MOMENTS = ['.log.cleaned', '.log.swap', '.log.deleted'];
/** Kills come when these are seen; this spreads some of them over what comes then. */
const LONGEST_WAIT_MS = 12;
/** How long a step takes that is slowed down: first, and at most. */
const STEP_MS = 50;
const LONGEST_STEP_MS = 2_000;
const COMPACTED = {
  'cleanup.policy': 'compact',
  'segment.bytes': '16384',
  'min.cleanable.dirty.ratio': '0.01',
  'delete.retention.ms': '86400000',
};
const OVERRIDES = ['log.cleaner.backoff.ms=1', 'log.segment.delete.delay.ms=200'];

interface Entry {
  readonly key: string;
  readonly value: string | null;
}

/** What was acknowledged, by offset; and what was sent when the process was killed. */
interface Sent {
  readonly byOffset: Map<number, Entry>;
  pending: readonly Entry[];
  nextOffset: number;
  number: number;
}

function acknowledge(sent: Sent, entries: readonly Entry[]): void {
  for (const [index, entry] of entries.entries()) sent.byOffset.set(sent.nextOffset + index, entry);
  sent.nextOffset += entries.length;
  sent.pending = [];
}

/** So many batches, or until the process is killed. */
async function produce({ client }: RunningBroker, sent: Sent, batches: number): Promise<void> {
  for (let batch = 0; batch < batches; batch++) {
    const entries = Array.from({ length: RECORDS_PER_BATCH }, () => {
      const number = sent.number++;
      const value = number % 17 === 0 ? null : `value ${String(number)} `.padEnd(60, '.');
      return { key: `k${String((number * 7) % KEYS)}`, value };
    });
    sent.pending = entries;
    const answer = await client.produce(TOPIC, 0, entries).catch(() => null);
    if (answer === null) return;
    expect(answer).toEqual({ errorCode: 0, baseOffset: sent.nextOffset });
    acknowledge(sent, entries);
  }
}

/** Kills the process as soon as the compactor makes a file of this kind. */
async function killWhenSeen({ broker }: RunningBroker, directory: string, suffix: string, waitMs: number) {
  const watcher = watch(directory);
  const seen = new Promise<void>((resolve, reject) => {
    const limit = setTimeout(() => reject(new Error(`no ${suffix} file came`)), ROUND_LIMIT_MS);
    watcher.on('change', (_event, name) => {
      if (!String(name).endsWith(suffix)) return;
      clearTimeout(limit);
      if (waitMs === 0) broker.child.kill('SIGKILL');
      resolve();
    });
  });
  await seen.finally(() => watcher.close());
  if (waitMs > 0) await pause(waitMs);
  await broker.end('SIGKILL');
}

/** Gives how many of the records are no longer there. */
async function expectCompacted({ client }: RunningBroker, sent: Sent): Promise<number> {
  const stored = await client.readAll(TOPIC, 0);
  if (typeof stored === 'number') throw new Error(`error ${String(stored)}`);
  const found = new Map(stored.map(({ offset, key, value }) => [offset, { key, value }]));
  // Still in the active segment, so whole or not at all.
  if (found.has(sent.nextOffset)) acknowledge(sent, sent.pending);
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
    const sent: Sent = { byOffset: new Map(), pending: [], nextOffset: 0, number: 0 };
    let running = await startOn(home, directories, OVERRIDES);
    expect(await running.client.createTopic(TOPIC, 1, COMPACTED)).toBe(0);
    for (let round = 0; round < KILLS; round++) {
      await produce(running, sent, BATCHES_PER_ROUND);
      const suffix = MOMENTS[round % MOMENTS.length] ?? '';
      // At once, for those that live shortest, and later, for what comes after them.
      const waitMs = Math.floor(round / MOMENTS.length) % 2 === 0 ? 0 : (round * 5) % LONGEST_WAIT_MS;
      const killed = killWhenSeen(running, join(home, 'data', `${TOPIC}-0`), suffix, waitMs);
      await Promise.all([killed, produce(running, sent, Number.POSITIVE_INFINITY)]);
      running = await startOn(home, directories, OVERRIDES);
      await expectCompacted(running, sent);
    }
    // Left in peace, and with nothing more written, it gets through.
    await expect
      .poll(() => expectCompacted(running, sent), { timeout: ROUND_LIMIT_MS })
      .toBeGreaterThan(sent.byOffset.size * 0.7);
    expect(await running.broker.end('SIGTERM')).toBe(0);
  });

  it('does so between any two of its steps', async (context) => {
    needs(context, 'failing system calls');
    const home = testDirectory();
    const directories = [join(home, 'data')];
    const folder = join(home, 'data', `${TOPIC}-0`);
    const sent: Sent = { byOffset: new Map(), pending: [], nextOffset: 0, number: 0 };
    let running = await startOn(home, directories, OVERRIDES);
    expect(await running.client.createTopic(TOPIC, 1, COMPACTED)).toBe(0);
    for (const suffix of MOMENTS) {
      let left: string[] = [];
      // On a busy machine the kill may come after the step: then once more, with longer steps.
      for (let stepMs = STEP_MS; left.length === 0 && stepMs <= LONGEST_STEP_MS; stepMs *= 3) {
        // The folder's sync stands between any two steps that change names.
        const slow = await delaySyncs(running.broker.child.pid ?? 0, folder, stepMs);
        const killed = killWhenSeen(running, folder, suffix, 0);
        await Promise.all([killed, produce(running, sent, BATCHES_PER_ROUND)]);
        await slow.stop();
        left = readdirSync(folder).filter((name) => name.endsWith(suffix));
        running = await startOn(home, directories, OVERRIDES);
        await expectCompacted(running, sent);
      }
      expect(left).not.toEqual([]);
    }
  });
});
