/** Test support: a cluster of brokers as an image that decisions are replayed into, encoded and decoded as on a disk. */
import assert from 'node:assert/strict';
import type { CommandResult, ReplicaPolicy } from './command.ts';
import { SUPPORTED_FEATURES } from './features.ts';
import {
  emptyImage,
  type MetadataDelta,
  type MetadataImage,
  type PartitionImage,
  partitionImage,
} from './image.ts';
import { ImageBuilder } from './image-builder.ts';
import { type MetadataRecord, partitionRecord } from './metadata-record.ts';
import { decodeRecord, encodeRecord } from './record-codec.ts';

export const CLUSTER_ID = 'cluster';
export const TOPIC_ID = 'AAAAAAAAAAAAAAAAAAAAAQ';
export const CLEAN_ONLY: ReplicaPolicy = { minInsyncReplicas: 2, uncleanLeaderElection: false };

export class TestCluster {
  image: MetadataImage = emptyImage(CLUSTER_ID);
  delta: MetadataDelta | null = null;

  /** Brokers with these ids, unfenced; broker epochs are their offsets. */
  constructor(...brokerIds: readonly number[]) {
    for (const brokerId of brokerIds) this.addBroker(brokerId);
  }

  addBroker(
    brokerId: number,
    fenced = false,
    rack: string | null = null,
    logDirectoryIds: readonly string[] = [],
  ): void {
    this.replay([
      {
        ...{ type: 'RegisterBrokerRecord', brokerId, brokerEpoch: this.image.offset + 1, rack, fenced },
        ...{ incarnationId: incarnation(brokerId), inControlledShutdown: false, logDirectoryIds },
        endpoints: [{ name: 'PLAINTEXT', host: `broker${String(brokerId)}`, port: 9092 }],
        features: SUPPORTED_FEATURES,
      },
    ]);
  }

  /** A topic `t` (or another) with these partitions; what is not said is as in a partition that is well. */
  addTopic(
    partitions: readonly (Pick<PartitionImage, 'replicas'> & Partial<PartitionImage>)[],
    name = 't',
    topicId = TOPIC_ID,
  ): void {
    this.replay([
      { type: 'TopicRecord', name, topicId },
      ...partitions.map((fields, partition) =>
        partitionRecord(topicId, partitionImage({ partition, ...fields })),
      ),
    ]);
  }

  setConfig(resourceType: 2 | 4, resourceName: string, name: string, value: string | null): void {
    this.replay([{ type: 'ConfigRecord', resourceType, resourceName, name, value }]);
  }

  replay(records: readonly MetadataRecord[]): void {
    const builder = new ImageBuilder(this.image);
    for (const [index, record] of records.entries()) {
      const stored = decodeRecord(encodeRecord(record));
      assert(stored !== null);
      builder.replay(stored, this.image.offset + 1 + index);
    }
    const { image, delta } = builder.build();
    this.image = image;
    this.delta = delta;
  }

  /** Replays what was decided and hands the answer back. */
  run<Response>({ records, response }: CommandResult<Response>): Response {
    this.replay(records);
    return response;
  }

  epochOf(brokerId: number): number {
    return this.image.brokers.get(brokerId)?.brokerEpoch ?? -1;
  }

  partition(index = 0, topicId = TOPIC_ID): PartitionImage {
    const partition = this.image.topicsById.get(topicId)?.partitions.get(index);
    assert(partition !== undefined);
    return partition;
  }
}

/** 22 characters that differ by number. */
export function incarnation(number: number): string {
  return `${String(number).padStart(21, 'I')}A`;
}
