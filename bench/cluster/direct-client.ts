/**
 * The benchmarks' own small client: it knows who leads, sends one batch at a time per call, and learns the leaders anew
 * after a failure without the pauses that client libraries make. Both clusters are asked in the same way.
 */
import { produceRequest, produceResponse } from '../../protocol/messages/00-produce.ts';
import { encodeRecordBatch } from '../../protocol/records/encode-batch.ts';
import { apiCall } from '../../kafka-client/api-call.ts';
import { fetchClusterMetadata, type TopicDescription } from '../../kafka-client/admin/cluster-metadata.ts';
import { createTopics } from '../../kafka-client/admin/create-topics.ts';
import { KafkaCluster } from '../../kafka-client/cluster.ts';
import type { Subject } from './subject.ts';

const produceApi = apiCall(produceRequest, produceResponse, { maxVersion: 9 });
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const retryMs = 10;
/** Apache Kafka takes 73 s for its slowest, a clean restart with 9,000 replicas, on a machine that is twice as fast as some. */
const deadlineMs = 240_000;

export function connectTo(bootstrap: string, requestTimeoutMs = 60_000): KafkaCluster {
  return new KafkaCluster({ bootstrap: bootstrap.split(','), clientId: 'bench', requestTimeoutMs });
}

/** Tries until it works; nobody else may use the names. */
export async function until<Value>(what: string, attempt: () => Promise<Value | null>): Promise<Value> {
  const began = performance.now();
  let last: unknown = null;
  while (performance.now() - began < deadlineMs) {
    try {
      const value = await attempt();
      if (value !== null) return value;
    } catch (error) {
      last = error;
    }
    await pause(retryMs);
  }
  throw new Error(`${what}: not within ${deadlineMs / 1000} s (${String(last)})`);
}

export interface BenchTopic {
  readonly name: string;
  readonly partitions: number;
  readonly replicas: number;
  readonly assignments?: readonly (readonly number[])[];
}

/** Made, with a leader for every partition, and with all replicas in the ISR. */
export async function makeTopic(cluster: KafkaCluster, topic: BenchTopic): Promise<TopicDescription> {
  const { name, partitions, replicas, assignments = [] } = topic;
  const byHand = assignments.length > 0;
  await until(`creating ${name}`, async () => {
    const [outcome] = await createTopics(
      cluster,
      [
        {
          name,
          partitions: byHand ? -1 : partitions,
          replicationFactor: byHand ? -1 : replicas,
          configs: {},
          assignments,
        },
      ],
      60_000,
    );
    return outcome?.error === null || outcome?.error === 'TOPIC_ALREADY_EXISTS' ? true : null;
  });
  return until(`leaders of ${name}`, async () => {
    const found = await describe(cluster, name);
    const ready = found?.partitions.every(({ leader, isr }) => leader !== null && isr.length === replicas);
    return found !== null && found.partitions.length === partitions && ready === true ? found : null;
  });
}

/** With a replica on every node. */
export async function topicFor(subject: Subject, name: string, partitions: number): Promise<void> {
  const cluster = connectTo(subject.bootstrap);
  try {
    await makeTopic(cluster, { name, partitions, replicas: subject.nodes });
  } finally {
    cluster.close();
  }
}

export async function describe(cluster: KafkaCluster, name: string): Promise<TopicDescription | null> {
  const { topics } = await fetchClusterMetadata(cluster, [name]);
  return topics.find((topic) => topic.error === null) ?? null;
}

export function batchOf(values: readonly Buffer[]): Buffer {
  return encodeRecordBatch({
    records: values.map((value) => ({ key: null, value })),
    timestampMs: Date.now(),
  });
}

/** acks=all unless told otherwise; throws with the first error, or when the connection breaks. */
export async function produceTo(
  cluster: KafkaCluster,
  leader: number,
  topic: string,
  batches: ReadonlyMap<number, Buffer>,
  { acks = -1, timeoutMs = 30_000 }: { acks?: 1 | -1; timeoutMs?: number } = {},
): Promise<void> {
  const partitionData = [...batches].map(([index, records]) => ({ index, records }));
  const answer = await cluster.call(
    leader,
    produceApi,
    { acks, timeoutMs, topicData: [{ name: topic, partitionData }] },
    { once: true, timeoutMs },
  );
  for (const { partitionResponses } of answer.responses)
    for (const { index, errorCode } of partitionResponses)
      if (errorCode !== 0) throw new Error(`partition ${index}: error ${errorCode}`);
}
