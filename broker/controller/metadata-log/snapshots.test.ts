/** Snapshots: what they hold on the disk, what may go behind them, and nodes that can only be helped by one. */
import { describe, expect, it } from 'vitest';
import { snapshotFooterRecord, snapshotHeaderRecord } from '../../../protocol/messages/records-control.ts';
import { decodeControlType } from '../../../protocol/records/control-records.ts';
import { decodeRecords } from '../../../protocol/records/decode-records.ts';
import { forEachBatch } from '../../../protocol/records/record-batch.ts';
import { readMessage } from '../../../protocol/schema/codec.ts';
import { Reader } from '../../../protocol/wire/reader.ts';
import { FOLDER, QuorumNodes, type TestNode } from './testing/quorum-nodes.ts';

/** As the owner of the log would: all that it was told, as one batch. */
async function snapshot(nodes: QuorumNodes, node: TestNode): Promise<void> {
  const { listener, running } = node;
  const epoch = running.status.epoch;
  let error: unknown = null;
  let isDone = false;
  const records = [listener.values.map((value) => Buffer.from(value))];
  running.writeSnapshot({ offset: listener.endOffset, epoch }, records).then(
    () => (isDone = true),
    (cause: unknown) => (error = cause),
  );
  await nodes.until(() => isDone || error !== null);
  if (error !== null) throw error as Error;
}

const names = (node: TestNode) => {
  return node.machine.disk
    .list(FOLDER)
    .filter((name) => name.includes('checkpoint') && !name.startsWith('l'));
};

async function startedWith(voters: number, values: readonly string[]): Promise<QuorumNodes> {
  const nodes = new QuorumNodes({ voters });
  await nodes.start();
  await nodes.untilActive();
  for (const value of values) await nodes.append(value);
  await nodes.untilAllKnow(values);
  return nodes;
}

describe('a snapshot', () => {
  it('has a name, a header and a footer as in Kafka, and offsets of its own', async () => {
    const nodes = await startedWith(1, ['a', 'b']);
    const node = nodes.node(1);
    await snapshot(nodes, node);
    expect(names(node)).toEqual(['00000000000000000003-0000000001.checkpoint']);
    const bytes = node.machine.disk.readFile(`${FOLDER}/00000000000000000003-0000000001.checkpoint`);
    const seen: unknown[] = [];
    forEachBatch(bytes, (header) => {
      for (const { offset, key, value } of decodeRecords(bytes, header)) {
        if (!header.isControl) seen.push([offset, value?.toString()]);
        else if (key !== null && value !== null) {
          const type = decodeControlType(key);
          const schema = type === 3 ? snapshotHeaderRecord : snapshotFooterRecord;
          seen.push([offset, type, readMessage(schema, 0, new Reader(value))]);
        }
      }
      expect(header.partitionLeaderEpoch).toBe(1);
    });
    expect(seen).toEqual([
      [0, 3, { version: 0, lastContainedLogTimestamp: BigInt(node.running.status.toldAppendedMs) }],
      [1, 'a'],
      [2, 'b'],
      [3, 4, { version: 0 }],
    ]);
  });

  it('is what a node starts from, also after a power cut', async () => {
    const nodes = await startedWith(1, ['a', 'b']);
    await snapshot(nodes, nodes.node(1));
    await nodes.append('c');
    nodes.crash(1, { keep: 'nothing' });
    await nodes.start(1);
    expect(nodes.node(1).listener.events[0]).toBe('snapshot 3-1');
    await nodes.untilAllKnow(['a', 'b', 'c']);
  });

  it('lets the one before the last go, and the log behind the last but one', async () => {
    const nodes = await startedWith(1, ['a']);
    const node = nodes.node(1);
    for (const value of ['b', 'c', 'd']) {
      await snapshot(nodes, node);
      await nodes.append(value);
    }
    expect(names(node)).toEqual([
      '00000000000000000003-0000000001.checkpoint',
      '00000000000000000004-0000000001.checkpoint',
    ]);
    expect(node.running.status).toMatchObject({ logStartOffset: 3, logEndOffset: 5 });
    expect(node.running.bytesSinceSnapshot).toBeGreaterThan(60);
    expect(node.running.bytesSinceSnapshot).toBeLessThan(90);
    nodes.crash(1);
    await nodes.start(1);
    await nodes.untilAllKnow(['a', 'b', 'c', 'd']);
    expect(node.running.status.logStartOffset).toBe(3);
  });

  it('of what is not known to be committed is refused, and an older one than there is left out', async () => {
    const nodes = await startedWith(1, ['a']);
    const { running } = nodes.node(1);
    await expect(running.writeSnapshot({ offset: 9, epoch: 1 }, [])).rejects.toThrow(RangeError);
    await snapshot(nodes, nodes.node(1));
    await running.writeSnapshot({ offset: 1, epoch: 1 }, []);
    expect(names(nodes.node(1))).toHaveLength(1);
  });

  it('that a crash cut off is not there, and what was before it is', async () => {
    let isThrough = false;
    for (let nth = 1; !isThrough; nth++) {
      const nodes = await startedWith(1, ['a', 'b']);
      const node = nodes.node(1);
      let hasEnded = false;
      node.machine.endAtChange(nth, { keep: 'random', seed: nth }, () => (hasEnded = true));
      let isDone = false;
      const records = [node.listener.values.map((value) => Buffer.from(value))];
      node.running
        .writeSnapshot({ offset: 3, epoch: 1 }, records)
        .then(() => (isDone = true))
        .catch(() => undefined);
      await nodes.until(() => isDone || hasEnded);
      isThrough = !hasEnded;
      if (!hasEnded) nodes.crash(1, { keep: 'random', seed: nth });
      await nodes.start(1);
      await nodes.untilAllKnow(['a', 'b']);
      expect(names(node).filter((name) => name.endsWith('.part'))).toEqual([]);
      if (isThrough) expect(nth).toBeGreaterThan(5);
    }
  });
});

describe('a node that is too far behind', () => {
  async function farBehind(): Promise<QuorumNodes> {
    const nodes = await startedWith(3, ['a', 'b']);
    const behind = nodes.nodes.find(({ isActive }) => !isActive)?.id ?? 0;
    nodes.crash(behind);
    for (const value of ['c', 'd']) {
      await nodes.append(value);
      await snapshot(nodes, nodes.active());
    }
    await nodes.append('e');
    return nodes;
  }

  it('takes the snapshot of the leader and goes on behind it', async () => {
    const nodes = await farBehind();
    const down = nodes.nodes.find(({ log }) => log === null)?.id ?? 0;
    await nodes.start(down);
    await nodes.untilAllKnow(['a', 'b', 'c', 'd', 'e']);
    const node = nodes.node(down);
    expect(node.listener.events).toContain('snapshot 5-1');
    expect(node.running.status).toMatchObject({ logStartOffset: 5, logEndOffset: 6 });
    nodes.crash(down, { keep: 'nothing' });
    await nodes.start(down);
    expect(node.listener.events[0]).toBe('snapshot 5-1');
    await nodes.untilAllKnow(['a', 'b', 'c', 'd', 'e']);
  });

  it('takes it again when it crashed anywhere on the way', async () => {
    let isThrough = false;
    for (let nth = 1; !isThrough; nth += 2) {
      const nodes = await farBehind();
      const node = nodes.nodes.find(({ log }) => log === null);
      if (node === undefined) throw new Error('nobody is down');
      await nodes.start(node.id);
      let hasEnded = false;
      node.machine.endAtChange(nth, { keep: 'random', seed: nth }, () => {
        hasEnded = true;
        node.log = null;
      });
      await nodes.until(() => hasEnded || node.listener.values.length === 5);
      isThrough = !hasEnded;
      if (hasEnded) await nodes.start(node.id);
      await nodes.untilAllKnow(['a', 'b', 'c', 'd', 'e']);
      if (isThrough) expect(nth).toBeGreaterThan(12);
    }
  });
});
