/**
 * A device that reports errors under a broker with two log directories: writes and syncs of one file fail (strace), and a whole
 * file system goes read-only. What was not stored is not acknowledged, a failed sync is never tried again and then believed,
 * the failing directory's partitions answer KAFKA_STORAGE_ERROR and the others serve. A broker without a working directory ends.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ErrorCode } from '../protocol/errors.ts';
import { needs } from './abilities.ts';
import { failCalls } from './failing-calls.ts';
import type { FaultClient } from './fault-client.ts';
import { LoopDisk, testDirectory } from './mounted-disk.ts';
import { isRunning, startOn } from './running-broker.ts';

const TOPIC = 'ledger';
const STORAGE = ErrorCode.KAFKA_STORAGE_ERROR;
const DISK_MEGABYTES = 48;

const PARTITIONS = [0, 1, 2, 3];

/** What each partition has acknowledged. */
class Ledger {
  readonly acked: string[][] = PARTITIONS.map(() => []);

  /** The error code; an acknowledged value is at the next offset. */
  async send(client: FaultClient, partition: number): Promise<number> {
    const values = this.acked[partition] ?? [];
    const value = `${String(partition)}:${String(values.length)}`;
    const { errorCode, baseOffset } = await client.produce(TOPIC, partition, [{ key: null, value }]);
    if (errorCode === 0) {
      expect(baseOffset).toBe(values.length);
      values.push(value);
    }
    return errorCode;
  }

  /** All of it is there, and at most one more that was sent and refused. */
  async expectStored(client: FaultClient, partition: number): Promise<void> {
    const stored = await client.readAll(TOPIC, partition);
    if (typeof stored === 'number')
      throw new Error(`partition ${String(partition)}: error ${String(stored)}`);
    const values = this.acked[partition] ?? [];
    expect(stored.slice(0, values.length).map(({ value }) => value)).toEqual(values);
    expect(stored.length - values.length).toBeLessThanOrEqual(1);
  }
}

/**
 * A broker with a directory on each of two places and a topic with two partitions in each: `broken` is in the second, and
 * `beside` too, whose own files are good.
 */
async function startOnTwo(home: string, directories: readonly [string, string]) {
  const { broker, client } = await startOn(home, directories);
  expect(await client.createTopic(TOPIC, PARTITIONS.length, { 'flush.messages': '1' })).toBe(0);
  const isInSecond = (partition: number): boolean =>
    existsSync(join(directories[1], `${TOPIC}-${String(partition)}`));
  const [broken = -1, beside = -1, ...more] = PARTITIONS.filter(isInSecond);
  const good = PARTITIONS.filter((partition) => !isInSecond(partition));
  expect([more.length, good.length]).toEqual([0, 2]);
  const logFile = join(directories[1], `${TOPIC}-${String(broken)}`, '00000000000000000000.log');
  expect(existsSync(logFile)).toBe(true);
  const ledger = new Ledger();
  for (let i = 0; i < 5; i++)
    for (const partition of PARTITIONS) expect(await ledger.send(client, partition)).toBe(0);
  return { broker, client, ledger, logFile, broken, beside, good };
}

const KINDS = [
  ['forced to the device', 'syncs', '1+'],
  ['forced to the device, a single time,', 'syncs', '1'],
  ['written to', 'writes', '1+'],
] as const;

describe('a file that cannot be', () => {
  for (const [what, kind, which] of KINDS) {
    it(`${what} takes its directory offline, and only that`, async (context) => {
      needs(context, 'failing system calls');
      const home = testDirectory();
      const directories = [join(home, 'a'), join(home, 'b')] as const;
      // Calls are counted by thread: with one for all that is asynchronous, a single sync fails, whoever asks for it.
      vi.stubEnv('UV_THREADPOOL_SIZE', '1');
      onTestFinished(() => void vi.unstubAllEnvs());
      const { broker, client, ledger, logFile, broken, beside, good } = await startOnTwo(home, directories);
      const failing = await failCalls(broker.child.pid ?? 0, logFile, kind, 'EIO', which);
      expect(await ledger.send(client, broken)).toBe(STORAGE);
      await failing.stop();
      // The device works again, but nobody knows what it has dropped: no second try.
      for (const partition of [broken, beside]) {
        expect(await ledger.send(client, partition)).toBe(STORAGE);
        expect(await client.readAll(TOPIC, partition)).toBe(STORAGE);
      }
      for (const partition of good) {
        for (let i = 0; i < 3; i++) expect(await ledger.send(client, partition)).toBe(0);
        await ledger.expectStored(client, partition);
      }
      expect(broker.output()).toContain(`Log directory ${directories[1]} has failed`);
      expect(isRunning(broker)).toBe(true);
      await broker.end('SIGTERM');

      const again = await startOn(home, directories);
      for (const partition of PARTITIONS) await ledger.expectStored(again.client, partition);
      expect((await again.client.produce(TOPIC, broken, [{ key: null, value: 'on' }])).errorCode).toBe(0);
    });
  }

  it('written to in the only directory ends the broker, which starts again with all that was acknowledged', async (context) => {
    needs(context, 'failing system calls');
    const home = testDirectory();
    const { broker, client } = await startOn(home, [join(home, 'data')]);
    expect(await client.createTopic(TOPIC, 1)).toBe(0);
    const ledger = new Ledger();
    for (let i = 0; i < 5; i++) expect(await ledger.send(client, 0)).toBe(0);
    const logFile = join(home, 'data', `${TOPIC}-0`, '00000000000000000000.log');
    await failCalls(broker.child.pid ?? 0, logFile, 'writes', 'EIO', '1+');
    const ended = broker.exitStatus();
    // The answer may get out before the end, or the connection ends with the process; an acknowledgement it is not.
    const answer = await ledger.send(client, 0).catch(() => STORAGE);
    expect(answer).toBe(STORAGE);
    expect(await ended).toBe(1);
    expect(broker.output()).toContain('The last working log directory has failed');
    const again = await startOn(home, [join(home, 'data')]);
    await ledger.expectStored(again.client, 0);
  });

  it('written to for want of room refuses the batch, leaves no trace of it, and goes on', async (context) => {
    needs(context, 'failing system calls');
    const home = testDirectory();
    const { broker, client } = await startOn(home, [join(home, 'data')]);
    expect(await client.createTopic(TOPIC, 1)).toBe(0);
    const ledger = new Ledger();
    for (let i = 0; i < 5; i++) expect(await ledger.send(client, 0)).toBe(0);
    const logFile = join(home, 'data', `${TOPIC}-0`, '00000000000000000000.log');
    const failing = await failCalls(broker.child.pid ?? 0, logFile, 'writes', 'ENOSPC', '2');
    expect(await ledger.send(client, 0)).toBe(0);
    expect(await ledger.send(client, 0)).toBe(STORAGE);
    expect(await ledger.send(client, 0)).toBe(0);
    await failing.stop();
    expect(await client.readAll(TOPIC, 0)).toHaveLength(ledger.acked[0]?.length ?? 0);
    await ledger.expectStored(client, 0);
  });
});

describe('a file system that goes read-only', () => {
  it('takes the directory in it offline, also over a start, and the other serves', async (context) => {
    needs(context, 'mounts', 'loop devices', 'failing file systems');
    const disk = new LoopDisk(DISK_MEGABYTES);
    const home = testDirectory();
    const directories = [join(home, 'a'), join(disk.directory, 'b')] as const;
    const { broker, client, ledger, broken, beside, good } = await startOnTwo(home, directories);
    disk.breakDown();
    expect(await ledger.send(client, broken)).toBe(STORAGE);
    for (const partition of [broken, beside]) expect(await ledger.send(client, partition)).toBe(STORAGE);
    for (const partition of good) expect(await ledger.send(client, partition)).toBe(0);
    expect(broker.output()).toContain(`Log directory ${directories[1]} has failed`);
    await broker.end('SIGTERM');

    const without = await startOn(home, directories);
    expect(without.broker.output()).toContain(directories[1]);
    for (const partition of [broken, beside])
      expect(await ledger.send(without.client, partition)).toBe(STORAGE);
    for (const partition of good) expect(await ledger.send(without.client, partition)).toBe(0);
    await without.broker.end('SIGTERM');

    disk.powerOn();
    const again = await startOn(home, directories);
    for (const partition of PARTITIONS) await ledger.expectStored(again.client, partition);
    expect((await again.client.produce(TOPIC, broken, [{ key: null, value: 'on' }])).errorCode).toBe(0);
  });
});
