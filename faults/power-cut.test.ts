/**
 * The power is cut under a broker that writes: its process stands still, the device is taken as it is at that moment, and a new
 * process starts on that. `kill -9` would prove nothing of the kind, because the page cache survives it.
 *
 * With flush.messages=1 an acknowledged record is on the device. Without it the tail may be missing, and what is left is a
 * prefix; no offset ever has two values.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { needs } from './abilities.ts';
import { FaultClient } from './fault-client.ts';
import { LoopDisk, testDirectory } from './mounted-disk.ts';
import { startOn, type RunningBroker } from './running-broker.ts';

const DISK_MEGABYTES = 64;
const CUTS = 4;
const FORCED = 'forced';
const CACHED = 'cached';
const VALUE_BYTES = 2_000;

interface Topic {
  readonly name: string;
  /** Values by offset, as acknowledged. */
  readonly acked: string[];
  /** Sent and not answered when the power went; it may be there. */
  pending: string | null;
}

/** One batch after the other, on a connection of its own, until `isOver` or until the connection ends. */
async function produceUntil({ broker }: RunningBroker, topic: Topic, isOver: () => boolean): Promise<void> {
  const client = await FaultClient.connect(broker.port);
  onTestFinished(() => client.close());
  for (let number = topic.acked.length; !isOver(); number++) {
    const value = `${topic.name}-${String(number)}-`.padEnd(VALUE_BYTES, 'x');
    topic.pending = value;
    const { errorCode, baseOffset } = await client.produce(topic.name, 0, [{ key: null, value }]);
    expect([errorCode, baseOffset]).toEqual([0, topic.acked.length]);
    topic.acked.push(value);
    topic.pending = null;
  }
}

/** What is stored is a prefix of what was acknowledged, or all of it and what was under way. The topic then has what is stored. */
async function expectPrefix({ client }: RunningBroker, topic: Topic): Promise<number> {
  const stored = await client.readAll(topic.name, 0);
  if (typeof stored === 'number') throw new Error(`${topic.name}: error ${String(stored)}`);
  expect(stored.map(({ offset }) => offset)).toEqual(stored.map((_record, index) => index));
  const sent = topic.pending === null ? topic.acked : [...topic.acked, topic.pending];
  expect(stored.map(({ value }) => value)).toEqual(sent.slice(0, stored.length));
  const lost = Math.max(0, topic.acked.length - stored.length);
  topic.acked.splice(0, topic.acked.length, ...stored.map(({ value }) => value ?? ''));
  topic.pending = null;
  return lost;
}

describe('a power cut under load', () => {
  it('loses nothing that was to be forced before the answer, and only a tail of the rest', async (context) => {
    needs(context, 'mounts', 'loop devices');
    const disk = new LoopDisk(DISK_MEGABYTES);
    const home = testDirectory();
    const dataDirectory = join(disk.directory, 'data');
    const overrides = ['log.segment.bytes=65536', 'log.index.interval.bytes=1024'];
    let running = await startOn(home, [dataDirectory], overrides);
    expect(await running.client.createTopic(FORCED, 1, { 'flush.messages': '1' })).toBe(0);
    expect(await running.client.createTopic(CACHED, 1)).toBe(0);
    const forced: Topic = { name: FORCED, acked: [], pending: null };
    const cached: Topic = { name: CACHED, acked: [], pending: null };
    for (let cut = 1; cut <= CUTS; cut++) {
      const witness = join(disk.directory, `not-forced-${String(cut)}`);
      const target = forced.acked.length + 40 + cut * 7;
      let isOver = false;
      const producing = Promise.allSettled(
        [forced, cached].map((topic) => produceUntil(running, topic, () => isOver)),
      );
      await expect.poll(() => forced.acked.length, { timeout: 30_000, interval: 2 }).toBeGreaterThan(target);
      writeFileSync(witness, 'this never reaches the device');
      running.broker.child.kill('SIGSTOP');
      disk.capture();
      isOver = true;
      await running.broker.end('SIGKILL');
      await producing;
      disk.powerOn();
      // Else the test would show nothing: the cut does take away what nobody forced.
      expect(() => disk.read(witness)).toThrow(/ENOENT|empty/);
      running = await startOn(home, [dataDirectory], overrides);
      expect(await expectPrefix(running, forced)).toBe(0);
      await expectPrefix(running, cached);
    }
    expect(await running.broker.end('SIGTERM')).toBe(0);
  });
});
