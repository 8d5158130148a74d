/**
 * What a partition remembers of an idempotent producer (KIP-98): a gap is refused, one of the last five batches that comes
 * again gets the offset it had, sequences begin anew after 2^31-1, and of two connections that send the same batch one
 * stores it. The next leader, and the same one after a restart, must remember all of it.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createTopics } from '../../kafka-client/admin/create-topics.ts';
import { apiCall } from '../../kafka-client/api-call.ts';
import { KafkaCluster } from '../../kafka-client/cluster.ts';
import { ErrorCode, errorOf } from '../../protocol/errors.ts';
import { produceRequest, produceResponse } from '../../protocol/messages/00-produce.ts';
import { encodeRecordBatch } from '../../protocol/records/encode-batch.ts';
import { ClusterUnderFault } from './cluster-under-fault.ts';
import { IMPATIENT } from './impatient-settings.ts';
import { LeaderFinder } from './leader-finder.ts';
import { underLoad } from './under-load.ts';

const produceApi = apiCall(produceRequest, produceResponse, { maxVersion: 9 });
const TOPIC = 'sequences';
const PRODUCER = 9_000_000_000;
const LAST_SEQUENCE = 2_147_483_647;
const LIMIT_MS = 30_000;

interface Answered {
  readonly error: string;
  readonly offset: number;
}

/** Sends single batches as one producer, to whoever leads partition 0, on a connection of its own. */
class RawProducer {
  readonly #client: KafkaCluster;
  readonly #finder: LeaderFinder;

  constructor(bootstrap: readonly string[]) {
    this.#client = new KafkaCluster({ bootstrap, clientId: 'sequences', requestTimeoutMs: 10_000 });
    this.#finder = new LeaderFinder('sequences', bootstrap, TOPIC);
  }

  close(): void {
    this.#client.close();
    this.#finder.close();
  }

  async leader(): Promise<number> {
    return (await this.#finder.ask()).find(({ partitionIndex }) => partitionIndex === 0)?.leaderId ?? -1;
  }

  /** Again while the answer is only that somebody else leads, or not enough replicas are there. */
  async send(baseSequence: number, count = 1): Promise<Answered> {
    const values = Array.from(
      { length: count },
      (_unused, index) => `${String(baseSequence)}+${String(index)}`,
    );
    const records = encodeRecordBatch({
      records: values.map((value) => ({ key: null, value: Buffer.from(value) })),
      ...{ timestampMs: Date.now(), producerId: PRODUCER, producerEpoch: 0, baseSequence },
    });
    const topicData = [{ name: TOPIC, partitionData: [{ index: 0, records }] }];
    const endMs = performance.now() + LIMIT_MS;
    while (performance.now() < endMs) {
      const body = { transactionalId: null, acks: -1, timeoutMs: 5_000, topicData };
      const leader = await this.leader();
      const answer = await this.#client.call(leader, produceApi, body, { once: true }).catch(() => null);
      const result = answer?.responses[0]?.partitionResponses[0];
      const error = result === undefined ? null : errorOf(result.errorCode);
      if (result !== undefined && error?.retriable !== true)
        return { error: error?.name ?? '', offset: Number(result.baseOffset) };
      if (result?.errorCode === ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER)
        return { error: error?.name ?? '', offset: -1 };
      await pause(100);
      await this.#client.refresh().catch(() => undefined);
    }
    throw new Error(`sequence ${String(baseSequence)} was not answered in time`);
  }
}

it('remembers what producers sent, whoever leads', { timeout: 240_000 }, async () => {
  const cluster = await ClusterUnderFault.start({ settings: IMPATIENT });
  const { bootstrap } = cluster;
  await underLoad(cluster, { producers: 1, members: 0 }, async () => {
    const admin = new KafkaCluster({ bootstrap, clientId: 'sequences-admin', requestTimeoutMs: 10_000 });
    const configs = { 'min.insync.replicas': '2' };
    const topic = { name: TOPIC, partitions: 1, replicationFactor: 3, configs };
    expect((await createTopics(admin, [topic], 10_000))[0]?.error).toBe(null);
    admin.close();
    const [producer, other] = [new RawProducer(bootstrap), new RawProducer(bootstrap)];

    const offsets: number[] = [];
    for (let sequence = 0; sequence < 7; sequence++) offsets.push((await producer.send(sequence)).offset);
    expect(offsets).toEqual([0, 1, 2, 3, 4, 5, 6]);
    const remembers = async (): Promise<void> => {
      for (const sequence of [2, 3, 4, 5, 6])
        expect(await other.send(sequence)).toMatchObject({ offset: sequence });
      // The sixth before the last one is not remembered: it is refused, never stored again.
      expect((await producer.send(1)).error).toMatch(/DUPLICATE_SEQUENCE_NUMBER|OUT_OF_ORDER/);
      expect((await producer.send(9)).error).toBe('OUT_OF_ORDER_SEQUENCE_NUMBER');
    };
    await remembers();
    const first = await producer.leader();
    await cluster.kill(first);
    await remembers();
    await cluster.start(first);
    await Promise.all(cluster.nodes.map(({ id }) => cluster.kill(id)));
    await Promise.all(cluster.nodes.map(({ id }) => cluster.start(id)));
    await remembers();

    // The same batch from two connections at once.
    const [one, two] = await Promise.all([producer.send(7), other.send(7)]);
    expect([one.offset, two.offset]).toEqual([7, 7]);
    producer.close();
    other.close();
  });
});

it('goes on after the last sequence there is', { timeout: 240_000 }, async () => {
  const cluster = await ClusterUnderFault.start({ settings: IMPATIENT });
  const { bootstrap } = cluster;
  await underLoad(cluster, { producers: 1, members: 0 }, async () => {
    const admin = new KafkaCluster({ bootstrap, clientId: 'sequences-admin', requestTimeoutMs: 10_000 });
    const topic = { name: TOPIC, partitions: 1, replicationFactor: 3, configs: {} };
    expect((await createTopics(admin, [topic], 10_000))[0]?.error).toBe(null);
    admin.close();
    const producer = new RawProducer(bootstrap);
    // A partition that knows nothing of a producer takes whatever it begins with.
    expect((await producer.send(LAST_SEQUENCE - 1, 1)).offset).toBe(0);
    // LAST_SEQUENCE, 0, 1: one batch across the end.
    expect((await producer.send(LAST_SEQUENCE, 3)).offset).toBe(1);
    await cluster.kill(await producer.leader());
    expect((await producer.send(LAST_SEQUENCE, 3)).offset).toBe(1);
    expect((await producer.send(2)).offset).toBe(4);
    expect((await producer.send(4)).error).toBe('OUT_OF_ORDER_SEQUENCE_NUMBER');
    producer.close();
  });
});
