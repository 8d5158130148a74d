/**
 * A disk that fills up under a broker and is freed again: nothing is acknowledged that is not stored, reads go on, a refused
 * command leaves nothing half made, and writing goes on by itself when there is room. The broker stays up throughout.
 */
import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ErrorCode } from '../protocol/errors.ts';
import { needs } from './abilities.ts';
import type { FaultClient } from './fault-client.ts';
import { mountTmpfs, testDirectory } from './mounted-disk.ts';
import { isRunning, startOn } from './running-broker.ts';

const DISK_MEGABYTES = 32;
const ROOM_BYTES = 3_145_728;
const VALUE_BYTES = 50_000;
/** More than fits into the room. */
const BATCHES_MAX = 200;
const TRIES_MAX = 500;
const TOPIC = 'orders';
const GROUP = 'readers';

function valueOf(number: number): string {
  return `order ${String(number)} `.padEnd(VALUE_BYTES, 'x');
}

/** So many orders, and then these. */
async function expectStored(client: FaultClient, count: number, ...more: string[]): Promise<void> {
  const stored = await client.readAll(TOPIC, 0);
  const values = [...Array.from({ length: count }, (_unused, number) => valueOf(number)), ...more];
  expect(stored).toEqual(values.map((value, offset) => ({ offset, key: null, value })));
}

/** Number of the first try that is refused. */
async function untilRefused(attempt: (number: number) => Promise<number>): Promise<number> {
  for (let number = 0; number < TRIES_MAX; number++) if ((await attempt(number)) !== 0) return number;
  throw new Error(`${String(TRIES_MAX)} times it fitted onto a full disk`);
}

describe('a full disk', () => {
  it('refuses, keeps serving, and takes writes again when there is room', async (context) => {
    needs(context, 'mounts');
    const mounted = mountTmpfs(DISK_MEGABYTES);
    const home = testDirectory();
    const overrides = ['log.segment.bytes=1048576', 'offsets.topic.num.partitions=2'];
    const { broker, client } = await startOn(home, [join(mounted, 'data')], overrides);
    const sendText = async (value: string) => client.produce(TOPIC, 0, [{ key: null, value }]);
    const send = async (number: number) => sendText(valueOf(number));
    expect(await client.createTopic(TOPIC, 1)).toBe(0);
    await expect.poll(() => client.commit(GROUP, TOPIC, 0, 7), { timeout: 10_000 }).toBe(0);
    const ballast = join(mounted, 'ballast');
    const { bavail, bsize } = statfsSync(mounted);
    writeFileSync(ballast, Buffer.alloc(bavail * bsize - ROOM_BYTES));

    let acked = 0;
    let refusal = 0;
    while (refusal === 0 && acked < BATCHES_MAX) {
      const { errorCode, baseOffset } = await send(acked);
      if (errorCode === 0) expect(baseOffset).toBe(acked++);
      refusal = errorCode;
    }
    expect(refusal).toBe(ErrorCode.KAFKA_STORAGE_ERROR);
    expect(acked).toBeGreaterThan(10);
    expect((await send(acked)).errorCode).toBe(ErrorCode.KAFKA_STORAGE_ERROR);
    await expectStored(client, acked);
    expect(await client.committed(GROUP, TOPIC, 0)).toBe(7);
    // The rest of the room goes too; what still fits into the pages that the files have is no failure yet.
    const { bavail: left } = statfsSync(mounted);
    if (left > 0) writeFileSync(join(mounted, 'ballast-2'), Buffer.alloc(left * bsize));
    const refusedTopic = await untilRefused((number) => client.createTopic(`late-${String(number)}`, 3));
    const refusedCommit = await untilRefused((number) => client.commit(GROUP, TOPIC, 0, 8 + number));
    expect(await client.committed(GROUP, TOPIC, 0)).toBe(7 + refusedCommit);
    await expectStored(client, acked);
    expect(isRunning(broker)).toBe(true);

    rmSync(join(mounted, 'ballast-2'), { force: true });
    rmSync(ballast);
    // Shorter than what was refused: whatever that had left in the file would stay behind it.
    const after = 'there is room again';
    await expect.poll(async () => (await sendText(after)).errorCode, { timeout: 30_000 }).toBe(0);
    await expectStored(client, acked, after);
    // Nothing of it had been made: the same name is free.
    expect(await client.createTopic(`late-${String(refusedTopic)}`, 3)).toBe(0);
    expect(
      await client.produce(`late-${String(refusedTopic)}`, 2, [{ key: null, value: 'v' }]),
    ).toMatchObject({
      ...{ errorCode: 0, baseOffset: 0 },
    });
    expect(await client.commit(GROUP, TOPIC, 0, 500)).toBe(0);
    expect(await broker.end('SIGTERM')).toBe(0);

    const again = await startOn(home, [join(mounted, 'data')], overrides);
    expect(again.broker.output()).not.toMatch(/was cut from|set aside/);
    await expectStored(again.client, acked, after);
    await expect.poll(() => again.client.commit(GROUP, TOPIC, 0, 501), { timeout: 10_000 }).toBe(0);
  });
});
