/** What the disk does to a member of the quorum: full, failing, damaged, from before there was a quorum. */
import { describe, expect, it } from 'vitest';
import { leaderChangeMessage } from '../../../protocol/messages/records-control.ts';
import { decodeRecords } from '../../../protocol/records/decode-records.ts';
import { encodeRecordBatch } from '../../../protocol/records/encode-batch.ts';
import { readBatchHeader } from '../../../protocol/records/record-batch.ts';
import { readMessage } from '../../../protocol/schema/codec.ts';
import { Reader } from '../../../protocol/wire/reader.ts';
import { MetadataLogFull, NotMetadataLeader } from './metadata-log.ts';
import { FOLDER, QuorumNodes } from './testing/quorum-nodes.ts';

async function started(voters: number, seed = 1): Promise<QuorumNodes> {
  const nodes = new QuorumNodes({ voters, seed });
  await nodes.start();
  await nodes.untilActive();
  await nodes.append('a');
  await nodes.untilAllKnow(['a']);
  return nodes;
}

/** The error that an append of `value` at the active node ends with. */
async function failureOf(nodes: QuorumNodes, value: string): Promise<unknown> {
  return nodes.append(value).then(
    () => null,
    (error: unknown) => error,
  );
}

describe('a full disk', () => {
  it('of a quorum of one refuses what does not fit and takes what fits later', async () => {
    const nodes = await started(1);
    const { disk } = nodes.node(1).machine;
    disk.capacityBytes = disk.usedBytes;
    expect(await failureOf(nodes, 'b')).toBeInstanceOf(MetadataLogFull);
    expect(nodes.node(1).isActive).toBe(true);
    disk.capacityBytes = Infinity;
    await nodes.append('c');
    expect(nodes.node(1).listener.values).toEqual(['a', 'c']);
    expect(nodes.node(1).failures).toEqual([]);
  });

  it('of a leader makes another one lead', async () => {
    const nodes = await started(3);
    const full = nodes.active();
    const { disk } = full.machine;
    disk.capacityBytes = disk.usedBytes;
    expect(await failureOf(nodes, 'b')).toBeInstanceOf(MetadataLogFull);
    await nodes.until(() => nodes.nodes.some((node) => node.isActive && node !== full));
    await nodes.append('c');
    await nodes.pass(5000);
    await nodes.append('d');
    disk.capacityBytes = Infinity;
    await nodes.untilAllKnow(['a', 'c', 'd']);
    expect(full.failures).toEqual([]);
    expect(full.lines).toContain('The metadata log can be written again.');
  });

  it('of a follower stops nobody, and it goes on when there is room', async () => {
    const nodes = await started(3, 2);
    const follower = nodes.nodes.find(({ isActive }) => !isActive) ?? nodes.node(1);
    follower.machine.disk.capacityBytes = follower.machine.disk.usedBytes;
    await nodes.append('b');
    await nodes.pass(10_000);
    await nodes.append('c');
    expect(follower.listener.values).toEqual(['a']);
    follower.machine.disk.capacityBytes = Infinity;
    await nodes.untilAllKnow(['a', 'b', 'c']);
  });

  it('at the start of a quorum of one is waited for', async () => {
    const nodes = await started(1);
    await nodes.stop(1);
    const { disk } = nodes.node(1).machine;
    disk.capacityBytes = disk.usedBytes;
    await nodes.boot(nodes.node(1), { wasClean: true });
    await nodes.pass(5000);
    expect(nodes.node(1).isActive).toBe(false);
    disk.capacityBytes = Infinity;
    await nodes.untilActive();
    await nodes.append('b');
    expect(nodes.node(1).listener.values).toEqual(['a', 'b']);
  });
});

describe('a failing disk', () => {
  it('ends a leader for good: nobody is told what was not forced, and the owner hears of it once', async () => {
    const nodes = await started(1);
    const node = nodes.node(1);
    node.machine.disk.faults.add({ operation: 'sync', nth: 1, code: 'EIO' });
    expect(await failureOf(nodes, 'b')).toBeInstanceOf(NotMetadataLeader);
    expect(node.failures).toHaveLength(1);
    expect(node.listener.events.at(-1)).toBe('lost 1');
    expect(node.listener.values).toEqual(['a']);
    await expect(node.running.append(1, [[Buffer.from('c')]])).rejects.toThrow(NotMetadataLeader);
  });

  it('of a follower leaves the others at work', async () => {
    const nodes = await started(3);
    const follower = nodes.nodes.find(({ isActive }) => !isActive) ?? nodes.node(1);
    follower.machine.disk.faults.add({ operation: 'sync', nth: 1, code: 'EIO' });
    await nodes.append('b');
    await nodes.until(() => follower.failures.length > 0);
    await nodes.append('c');
    nodes.crash(follower.id, { keep: 'nothing' });
    await nodes.start(follower.id);
    await nodes.untilAllKnow(['a', 'b', 'c']);
  });

  it('that damaged the election state ends the start with advice', async () => {
    const nodes = await started(1);
    nodes.crash(1);
    const file = nodes.node(1).machine.disk.open(`${FOLDER}/quorum-state`, { create: false });
    file.truncate(15);
    await nodes.start(1);
    expect(nodes.node(1).failures[0]).toContain('no longer knows whom it voted for');
  });

  it('that lost the snapshot before the log ends the start with advice', async () => {
    const nodes = await started(1);
    const { running, machine } = nodes.node(1);
    for (const offset of [2, 3]) {
      let isDone = false;
      void running.writeSnapshot({ offset, epoch: 1 }, [[Buffer.from('a')]]).then(() => (isDone = true));
      await nodes.until(() => isDone);
      await nodes.append(String(offset));
    }
    nodes.crash(1);
    const { disk } = machine;
    disk.rename(`${FOLDER}/00000000000000000000.log`, `${FOLDER}/00000000000000000002.log`);
    for (const name of disk.list(FOLDER))
      if (name.endsWith('.checkpoint')) disk.removeFile(`${FOLDER}/${name}`);
    await nodes.start(1);
    expect(nodes.node(1).failures[0]).toMatch(
      /begins at offset 2, and the snapshot of what was before is missing/,
    );
  });
});

describe('a disk of a cluster of one from before there was a quorum', () => {
  it('is gone on with: its records count, and its epoch was the first', async () => {
    const nodes = new QuorumNodes({ voters: 1 });
    const { disk } = nodes.node(1).machine;
    disk.makeDirectory(FOLDER);
    const file = disk.open(`${FOLDER}/00000000000000000000.log`, { create: true });
    const batches = ['x', 'y'].map((value, baseOffset) => {
      const records = [{ key: null, value: Buffer.from(value) }];
      return encodeRecordBatch({ records, baseOffset, partitionLeaderEpoch: 1, timestampMs: 1 });
    });
    file.write(batches, 0);
    await nodes.start();
    await nodes.untilActive();
    await nodes.append('z');
    expect(nodes.node(1).listener.values).toEqual(['x', 'y', 'z']);
    expect(nodes.node(1).running.leader).toEqual({ epoch: 2, leaderId: 1 });
    expect(nodes.node(1).running.clusterAnswer).toEqual({
      clusterId: 'AAAAAAAAAAAAAAAAAAtest',
      errorMessage: null,
    });
  });
});

describe('a new leader', () => {
  it('begins its epoch with a LEADER_CHANGE record as Kafka writes it', async () => {
    const nodes = await started(3);
    const leader = nodes.active();
    const bytes = leader.machine.disk.readFile(`${FOLDER}/00000000000000000000.log`);
    const header = readBatchHeader(bytes);
    const [record] = [...decodeRecords(bytes, header)];
    expect(header).toMatchObject({ isControl: true, baseOffset: 0, partitionLeaderEpoch: 1 });
    expect(record?.key?.toString('hex')).toBe('00000002');
    const message = readMessage(leaderChangeMessage, 0, new Reader(record?.value ?? Buffer.alloc(0)));
    const voters = [1, 2, 3].map((voterId) => ({ voterId }));
    expect(message).toMatchObject({ version: 0, leaderId: leader.id, voters });
    expect(message.grantingVoters.length).toBeGreaterThanOrEqual(2);
  });
});
