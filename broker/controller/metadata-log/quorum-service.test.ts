/** What a member of the quorum answers on the wire: strangers refused, versions without topic ids, descriptions, snapshots. */
import { describe, expect, it } from 'vitest';
import { ErrorCode } from '../../../protocol/errors.ts';
import { fetchRequest, fetchResponse } from '../../../protocol/messages/01-fetch.ts';
import { voteRequest, voteResponse } from '../../../protocol/messages/52-vote.ts';
import {
  endQuorumEpochRequest,
  endQuorumEpochResponse,
} from '../../../protocol/messages/54-end-quorum-epoch.ts';
import {
  describeQuorumRequest,
  describeQuorumResponse,
} from '../../../protocol/messages/55-describe-quorum.ts';
import { fetchSnapshotRequest, fetchSnapshotResponse } from '../../../protocol/messages/59-fetch-snapshot.ts';
import { forEachBatch } from '../../../protocol/records/record-batch.ts';
import type { Decoded, Encodable, MessageSchema } from '../../../protocol/schema/notation.ts';
import type { NodeApi, NodeConnection } from '../../platform/transport.ts';
import { fetchedBatches } from './fetched-batches.ts';
import { CLUSTER_ID, FOLDER, QuorumNodes, type TestNode } from './testing/quorum-nodes.ts';
import { METADATA_TOPIC_ID } from './wire-requests.ts';

const fetchApi = { request: fetchRequest, response: fetchResponse };
const voteApi = { request: voteRequest, response: voteResponse };
const endApi = { request: endQuorumEpochRequest, response: endQuorumEpochResponse };
const describeApi = { request: describeQuorumRequest, response: describeQuorumResponse };
const snapshotApi = { request: fetchSnapshotRequest, response: fetchSnapshotResponse };

class Asker {
  readonly nodes: QuorumNodes;

  constructor(nodes: QuorumNodes) {
    this.nodes = nodes;
  }

  async ask<Req extends MessageSchema, Res extends MessageSchema>(
    node: TestNode,
    api: NodeApi<Req, Res>,
    version: number,
    body: Encodable<Req>,
  ): Promise<Decoded<Res>> {
    const address = this.nodes.voters[node.id - 1] ?? { host: '', port: 0 };
    const transport = this.nodes.network.transportOf('someone');
    let answer: Decoded<Res> | null = null;
    let failure: unknown = null;
    void transport
      .connect(address, { to: 'controller', clientId: 'someone', timeoutMs: 1000 })
      .then((connection: NodeConnection) => connection.call(api, version, body, 5000))
      .then(
        (response) => (answer = response),
        (error: unknown) => (failure = error),
      );
    await this.nodes.until(() => answer !== null || failure !== null);
    if (answer === null) throw failure as Error;
    return answer;
  }
}

async function started(): Promise<{ nodes: QuorumNodes; leader: TestNode; asker: Asker }> {
  const nodes = new QuorumNodes({ voters: 3, observers: 1 });
  await nodes.start();
  await nodes.untilActive();
  await nodes.append('a');
  await nodes.untilAllKnow(['a']);
  return { nodes, leader: nodes.active(), asker: new Asker(nodes) };
}

function fetchOf(offset: number, epoch: number, more: { readonly clusterId?: string } = {}) {
  const partition = {
    partition: 0,
    currentLeaderEpoch: 1,
    fetchOffset: BigInt(offset),
    lastFetchedEpoch: epoch,
  };
  const partitions = [{ ...partition, partitionMaxBytes: 1_000_000 }];
  const replica = { replicaState: { replicaId: 9 } };
  return {
    ...{ clusterId: CLUSTER_ID, maxWaitMs: 100, minBytes: 1, ...replica },
    topics: [{ topicId: METADATA_TOPIC_ID, partitions }],
    ...more,
  };
}

describe('Fetch', () => {
  it('brings the batches with their epochs, and the leader with its address', async () => {
    const { leader, asker } = await started();
    const response = await asker.ask(leader, fetchApi, 18, fetchOf(0, 0));
    const partition = response.responses[0]?.partitions[0];
    expect(response.responses[0]?.topicId).toBe(METADATA_TOPIC_ID);
    expect(partition).toMatchObject({
      ...{ errorCode: 0, highWatermark: 2n, logStartOffset: 0n },
      currentLeader: { leaderId: leader.id, leaderEpoch: 1 },
    });
    const epochs: number[] = [];
    forEachBatch(
      partition?.records ?? Buffer.alloc(0),
      (header) => void epochs.push(header.partitionLeaderEpoch),
    );
    expect(epochs).toEqual([1, 1]);
    expect(response.nodeEndpoints).toMatchObject([
      { nodeId: leader.id, host: leader.machine.name, port: 9093 },
    ]);
  });

  it('tells where logs part, and before topic ids goes by the name', async () => {
    const { leader, asker } = await started();
    const { topics, replicaState, ...rest } = fetchOf(9, 1);
    const named = topics.map(({ partitions }) => ({ topic: '__cluster_metadata', partitions }));
    const body = { ...rest, replicaId: replicaState.replicaId, topics: named };
    const response = await asker.ask(leader, fetchApi, 12, body);
    expect(response.responses[0]).toMatchObject({ topic: '__cluster_metadata' });
    expect(response.responses[0]?.partitions[0]).toMatchObject({
      divergingEpoch: { epoch: 1, endOffset: 2n },
    });
  });

  it('is refused to another cluster, for another topic, and by who does not lead', async () => {
    const { nodes, leader, asker } = await started();
    const stranger = fetchOf(0, 0, { clusterId: 'BBBBBBBBBBBBBBBBBBBBBB' });
    expect(await asker.ask(leader, fetchApi, 18, stranger)).toMatchObject({
      errorCode: ErrorCode.INCONSISTENT_CLUSTER_ID,
      responses: [],
    });
    const other = { ...fetchOf(0, 0), topics: [{ topicId: 'AAAAAAAAAAAAAAAAAAAAAg', partitions: [] }] };
    expect(await asker.ask(leader, fetchApi, 18, other)).toMatchObject({
      errorCode: ErrorCode.INVALID_REQUEST,
    });
    const follower = nodes.nodes.find(({ isActive }) => !isActive) ?? leader;
    const refused = await asker.ask(follower, fetchApi, 18, fetchOf(0, 0));
    expect(refused.responses[0]?.partitions[0]).toMatchObject({
      errorCode: ErrorCode.NOT_LEADER_OR_FOLLOWER,
      currentLeader: { leaderId: leader.id, leaderEpoch: 1 },
    });
  });
});

describe('Vote and EndQuorumEpoch', () => {
  it('of another cluster or topic change nothing', async () => {
    const { leader, asker } = await started();
    const partitions = [
      { partitionIndex: 0, replicaEpoch: 99, replicaId: 2, lastOffsetEpoch: 1, lastOffset: 5n },
    ];
    const vote = (clusterId: string, topicName: string) => {
      return asker.ask(leader, voteApi, 2, { clusterId, topics: [{ topicName, partitions }] });
    };
    expect((await vote('x', '__cluster_metadata')).errorCode).toBe(ErrorCode.INCONSISTENT_CLUSTER_ID);
    expect((await vote(CLUSTER_ID, 'topic')).errorCode).toBe(ErrorCode.INVALID_REQUEST);
    expect(leader.running.leader).toEqual({ epoch: 1, leaderId: leader.id });
  });

  it('are understood in their first versions', async () => {
    const { nodes, leader, asker } = await started();
    const [first, second] = nodes.nodes.filter(({ isActive, id }) => !isActive && id <= 3);
    if (first === undefined || second === undefined) throw new Error('there are two followers');
    const part = { partitionIndex: 0, leaderId: leader.id, leaderEpoch: 1, preferredSuccessors: [second.id] };
    const topics = [{ topicName: '__cluster_metadata', partitions: [part] }];
    const response = await asker.ask(second, endApi, 0, { clusterId: CLUSTER_ID, topics });
    expect(response.topics[0]?.partitions[0]).toMatchObject({ errorCode: 0, leaderEpoch: 1 });
    await nodes.until(() => second.running.status.role !== 'follower');
  });
});

describe('DescribeQuorum', () => {
  const body = {
    topics: [
      { topicName: '__cluster_metadata', partitions: [{ partitionIndex: 0 }, { partitionIndex: 1 }] },
      { topicName: 't', partitions: [{ partitionIndex: 0 }] },
    ],
  };

  it.each([0, 1, 2])('%i names leader, voters and observers with how far they are', async (version) => {
    const { nodes, leader, asker } = await started();
    await nodes.pass(600);
    const response = await asker.ask(leader, describeApi, version, body);
    const [ours, none] = response.topics[0]?.partitions ?? [];
    expect(ours).toMatchObject({ errorCode: 0, leaderId: leader.id, leaderEpoch: 1, highWatermark: 2n });
    expect(ours?.currentVoters.map(({ replicaId, logEndOffset }) => [replicaId, logEndOffset])).toEqual([
      [1, 2n],
      [2, 2n],
      [3, 2n],
    ]);
    expect(ours?.observers.map(({ replicaId, logEndOffset }) => [replicaId, logEndOffset])).toEqual([
      [4, 2n],
    ]);
    expect(none?.errorCode).toBe(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
    expect(response.topics[1]?.partitions[0]?.errorCode).toBe(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
    if (version === 0) return;
    const wallMs = BigInt(nodes.time.wallMs());
    for (const { lastCaughtUpTimestamp, lastFetchTimestamp } of ours?.currentVoters ?? []) {
      expect(wallMs - lastFetchTimestamp).toBeLessThan(600n);
      expect(wallMs - lastCaughtUpTimestamp).toBeLessThan(1200n);
    }
    if (version < 2) return;
    expect(response.nodes.map(({ nodeId, listeners }) => [nodeId, listeners[0]])).toEqual(
      nodes.voters.map(({ id, host, port }) => [id, { name: 'CONTROLLER', host, port }]),
    );
  });

  it('tells how far one that died was, and leaves an observer out that has not fetched for five minutes', async () => {
    const { nodes, leader, asker } = await started();
    await nodes.pass(600);
    const gone = nodes.nodes.filter(({ id, isActive }) => id === 4 || (!isActive && id <= 3)).slice(-2);
    for (const { machine } of gone) machine.end({ keep: 'everything' });
    await nodes.append('b');
    const [voter] = gone;
    const ask = async () => (await asker.ask(leader, describeApi, 2, body)).topics[0]?.partitions[0];
    await nodes.pass(290_000);
    const before = await ask();
    expect(before?.observers.map(({ replicaId, logEndOffset }) => [replicaId, logEndOffset])).toEqual([
      [4, 2n],
    ]);
    const dead = before?.currentVoters.find(({ replicaId }) => replicaId === voter?.id);
    expect(dead?.logEndOffset).toBe(2n);
    const wallMs = BigInt(nodes.time.wallMs());
    expect(wallMs - (dead?.lastFetchTimestamp ?? 0n)).toBeGreaterThan(280_000n);
    expect(dead?.lastCaughtUpTimestamp).toBeLessThanOrEqual(dead?.lastFetchTimestamp ?? 0n);
    await nodes.pass(11_000);
    expect((await ask())?.observers).toEqual([]);
  });

  it('is answered by the leader only', async () => {
    const { nodes, leader, asker } = await started();
    const follower = nodes.nodes.find(({ isActive }) => !isActive) ?? leader;
    const response = await asker.ask(follower, describeApi, 2, body);
    expect(response.topics[0]?.partitions[0]).toMatchObject({
      errorCode: ErrorCode.NOT_LEADER_OR_FOLLOWER,
      leaderId: leader.id,
    });
  });
});

describe('FetchSnapshot', () => {
  it('brings a piece from where it is asked for, or says why not', async () => {
    const { nodes, leader, asker } = await started();
    let isDone = false;
    const snapshot = leader.running.writeSnapshot({ offset: 2, epoch: 1 }, [[Buffer.from('a')]]);
    void snapshot.then(() => (isDone = true));
    await nodes.until(() => isDone);
    const bytes = leader.machine.disk.readFile(`${FOLDER}/00000000000000000002-0000000001.checkpoint`);
    const piece = async (more: { epoch?: number; position?: number; offset?: number }, node = leader) => {
      const { epoch = 1, position = 0, offset = 2 } = more;
      const snapshotId = { endOffset: BigInt(offset), epoch: 1 };
      const partition = { partition: 0, currentLeaderEpoch: epoch, snapshotId, position: BigInt(position) };
      const topics = [{ name: '__cluster_metadata', partitions: [partition] }];
      const body = { clusterId: CLUSTER_ID, replicaId: 4, maxBytes: 50, topics };
      return (await asker.ask(node, snapshotApi, 1, body)).topics[0]?.partitions[0];
    };
    const first = await piece({});
    expect(first).toMatchObject({ errorCode: 0, size: BigInt(bytes.length), position: 0n });
    expect(first?.unalignedRecords).toEqual(bytes.subarray(0, 50));
    expect((await piece({ position: 60 }))?.unalignedRecords).toEqual(bytes.subarray(60, 110));
    expect((await piece({ position: bytes.length }))?.errorCode).toBe(ErrorCode.POSITION_OUT_OF_RANGE);
    expect((await piece({ offset: 1 }))?.errorCode).toBe(ErrorCode.SNAPSHOT_NOT_FOUND);
    expect((await piece({ epoch: 0 }))?.errorCode).toBe(ErrorCode.FENCED_LEADER_EPOCH);
    expect((await piece({ epoch: 2 }))?.errorCode).toBe(ErrorCode.UNKNOWN_LEADER_EPOCH);
    const follower = nodes.nodes.find(({ isActive }) => !isActive) ?? leader;
    expect((await piece({}, follower))?.errorCode).toBe(ErrorCode.NOT_LEADER_OR_FOLLOWER);
  });
});

describe('batches that a leader sends', () => {
  it('are taken only if they continue the log, in rising epochs, undamaged; a cut-off end is left out', async () => {
    const { nodes, leader } = await started();
    await nodes.append('b');
    const bytes = leader.machine.disk.readFile(`${FOLDER}/00000000000000000000.log`);
    expect(fetchedBatches(bytes, 0, 1)).toEqual(bytes);
    expect(fetchedBatches(bytes.subarray(0, -1), 0, 1)).toEqual(bytes.subarray(0, 106 + 69));
    expect(fetchedBatches(bytes.subarray(0, 100), 0, 1)).toBeNull();
    expect(fetchedBatches(bytes, 1, 1)).toBeNull();
    expect(fetchedBatches(bytes, 0, 0)).toBeNull();
    const damaged = Buffer.from(bytes);
    damaged[damaged.length - 1] = 255;
    expect(fetchedBatches(damaged, 0, 1)).toBeNull();
    const falling = Buffer.from(bytes);
    falling.writeInt32BE(2, 12);
    expect(fetchedBatches(falling, 0, 2)).toBeNull();
  });
});
