/**
 * What the simulation looks at inside a running node, after every event: no copies, no requests. Everything here is read
 * from the owners themselves, so that an invariant sees the moment in which it is broken.
 */
import type { MetadataImage } from '../controller/image.ts';

export interface InspectedReplica {
  /** `partitionName` of it. */
  readonly name: string;
  readonly topicId: string;
  readonly topic: string;
  readonly partition: number;
  readonly isLeader: boolean;
  readonly leaderEpoch: number;
  readonly highWatermark: number;
  readonly lastStableOffset: number;
  readonly logStartOffset: number;
  readonly logEndOffset: number;
  readonly inSyncReplicas: readonly number[];
  /** Whole batches from the one that holds `offset` on; empty at the end. */
  read(offset: number): Buffer;
}

export interface InspectedQuorum {
  readonly epoch: number;
  readonly isLeader: boolean;
}

export interface NodeInspection {
  replicas(): Iterable<InspectedReplica>;
  /** Null before the node has one. */
  image(): MetadataImage | null;
  quorum(): InspectedQuorum | null;
  /** A voter of the metadata on a new disk that does not vote yet. */
  isJoining(): boolean;
}

/** How a partition is named here: by the topic's id, since names are used again. */
export function partitionName({ topicId, partition }: { topicId: string; partition: number }): string {
  return `${topicId}:${String(partition)}`;
}
