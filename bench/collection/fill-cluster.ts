/** Topics, and groups that have committed, for a cluster that is watched. */
import { apiCall } from '../../kafka-client/api-call.ts';
import { createTopics } from '../../kafka-client/admin/create-topics.ts';
import { findCoordinators } from '../../kafka-client/admin/find-coordinators.ts';
import { KafkaCluster } from '../../kafka-client/cluster.ts';
import { offsetCommitRequest, offsetCommitResponse } from '../../protocol/messages/08-offset-commit.ts';

const offsetCommit = apiCall(offsetCommitRequest, offsetCommitResponse, { maxVersion: 9 });
const TOPICS_AT_ONCE = 100;
const COMMIT_ATTEMPTS = 300;
export const COMMITTED_PER_GROUP = 40;

export interface FilledScale {
  readonly topics: number;
  readonly partitions: number;
  readonly groups: number;
}

const topicName = (index: number): string => `bench-${String(index).padStart(4, '0')}`;

export async function fillCluster(bootstrap: string, scale: FilledScale): Promise<void> {
  const cluster = new KafkaCluster({ bootstrap: [bootstrap], clientId: 'bench', requestTimeoutMs: 60_000 });
  try {
    const partitionsOf = (topic: number): number =>
      Math.floor(((topic + 1) * scale.partitions) / scale.topics) -
      Math.floor((topic * scale.partitions) / scale.topics);
    for (let from = 0; from < scale.topics; from += TOPICS_AT_ONCE) {
      const wanted = Array.from({ length: Math.min(TOPICS_AT_ONCE, scale.topics - from) }, (_, index) => ({
        name: topicName(from + index),
        partitions: partitionsOf(from + index),
        replicationFactor: 1,
        configs: {},
      }));
      const outcomes = await createTopics(cluster, wanted, 60_000);
      const failed = outcomes.find(({ error }) => error !== null);
      if (failed !== undefined) throw new Error(`${failed.name}: ${String(failed.error)}`);
    }
    for (let group = 0; group < scale.groups; group++) await commit(cluster, group, scale, partitionsOf);
  } finally {
    cluster.close();
  }
}

/** Coordinators may have to be made first, and take over their groups. */
async function commit(
  cluster: KafkaCluster,
  index: number,
  { topics: topicCount }: FilledScale,
  partitionsOf: (topic: number) => number,
): Promise<void> {
  const groupId = `group-${String(index).padStart(3, '0')}`;
  for (let attempt = 0; attempt < COMMIT_ATTEMPTS; attempt++) {
    const [found] = await findCoordinators(cluster, [groupId]);
    if (found?.coordinatorId !== null && found?.coordinatorId !== undefined) {
      const topics = Array.from({ length: Math.min(COMMITTED_PER_GROUP, topicCount) }, (_, at) => {
        const topic = (index * 7 + at) % topicCount;
        const partitions = [{ partitionIndex: at % partitionsOf(topic), committedOffset: 0n }];
        return { name: topicName(topic), partitions };
      });
      const answer = await cluster.call(found.coordinatorId, offsetCommit, { groupId, topics });
      if (answer.topics.every(({ partitions }) => partitions.every(({ errorCode }) => errorCode === 0)))
        return;
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`${groupId} could not commit`);
}
