/**
 * The metadata log that all nodes of a cluster agree on: the quorum's rules (broker/controller/quorum) over
 * `__cluster_metadata-0` in the first log directory and connections to the voters (KIP-595, KIP-630).
 *
 * A node that is among the voters votes and may lead; any other one observes: it follows and never votes. A cluster of
 * one is a quorum of one voter, which needs no network.
 *
 * `open` reads the disk, requests of other nodes may come from then on and wait until `start`.
 */
import type { FetchRequest, fetchResponse } from '../../../protocol/messages/01-fetch.ts';
import type { VoteRequest, voteResponse } from '../../../protocol/messages/52-vote.ts';
import type {
  BeginQuorumEpochRequest,
  beginQuorumEpochResponse,
} from '../../../protocol/messages/53-begin-quorum-epoch.ts';
import type {
  EndQuorumEpochRequest,
  endQuorumEpochResponse,
} from '../../../protocol/messages/54-end-quorum-epoch.ts';
import type {
  DescribeQuorumRequest,
  describeQuorumResponse,
} from '../../../protocol/messages/55-describe-quorum.ts';
import type {
  FetchSnapshotRequest,
  fetchSnapshotResponse,
} from '../../../protocol/messages/59-fetch-snapshot.ts';
import type { Encodable } from '../../../protocol/schema/notation.ts';
import type { LogDirectory } from '../../log/log-directories.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Platform } from '../../platform/platform.ts';
import type { QuorumStatus } from '../quorum/quorum.ts';
import type { QuorumTimeouts } from '../quorum/quorum-effects.ts';
import type { MetadataLog, MetadataLogListener, MetadataSnapshotId } from './metadata-log.ts';

/** An entry of `controller.quorum.voters`. */
export interface QuorumVoter {
  readonly id: number;
  readonly host: string;
  readonly port: number;
}

export interface ReplicatedMetadataLogOptions {
  readonly platform: Platform;
  readonly logger: Logger;
  /** The first log directory. */
  readonly directory: Pick<LogDirectory, 'path' | 'wasCleanShutdown' | 'directoryId'>;
  readonly nodeId: number;
  /** Empty: a cluster of one, whose voter is this node. */
  readonly voters: readonly QuorumVoter[];
  readonly clusterId: string;
  readonly timeouts: QuorumTimeouts;
  /** What the voters' addresses are called in answers. Default `CONTROLLER`. */
  readonly controllerListenerName?: string;
  /** This voter's disk is new, and the cluster has a past: see first-contact.ts. Default false. */
  readonly joins?: boolean;
  /** The log can no longer be trusted or written: end the process with this message. */
  readonly onFatal: (message: string, cause: unknown) => void;
}

/** For metrics. */
export interface MetadataLogStatus extends QuorumStatus {
  readonly logStartOffset: number;
  readonly logEndOffset: number;
  /** Everything before it was told to the listener. */
  readonly toldOffset: number;
  /** When the newest record that was told was appended, in wall time; 0 before any. */
  readonly toldAppendedMs: number;
  readonly newestSnapshot: MetadataSnapshotId | null;
  /** A voter on a new disk that does not vote yet. */
  readonly isJoining: boolean;
}

export class ReplicatedMetadataLog implements MetadataLog {
  static open(options: ReplicatedMetadataLogOptions): Promise<ReplicatedMetadataLog> {
    throw new Error(`not built yet: ${options.clusterId}`);
  }

  start(_listener: MetadataLogListener): Promise<void> {
    throw new Error('not built yet');
  }

  get leader(): { readonly epoch: number; readonly leaderId: number | null } {
    throw new Error('not built yet');
  }

  get status(): MetadataLogStatus {
    throw new Error('not built yet');
  }

  append(_epoch: number, _batches: readonly (readonly Buffer[])[]): Promise<number> {
    throw new Error('not built yet');
  }

  writeSnapshot(_id: MetadataSnapshotId, _records: Iterable<readonly Buffer[]>): Promise<void> {
    throw new Error('not built yet');
  }

  get bytesSinceSnapshot(): number {
    throw new Error('not built yet');
  }

  stop(): Promise<void> {
    throw new Error('not built yet');
  }

  /** Fetch (1) on the controller listener: of the metadata log only. */
  metadataFetch(_request: FetchRequest, _apiVersion: number): Promise<Encodable<typeof fetchResponse>> {
    throw new Error('not built yet');
  }

  vote(_request: VoteRequest): Promise<Encodable<typeof voteResponse>> {
    throw new Error('not built yet');
  }

  beginQuorumEpoch(_request: BeginQuorumEpochRequest): Promise<Encodable<typeof beginQuorumEpochResponse>> {
    throw new Error('not built yet');
  }

  endQuorumEpoch(_request: EndQuorumEpochRequest): Promise<Encodable<typeof endQuorumEpochResponse>> {
    throw new Error('not built yet');
  }

  describeQuorum(_request: DescribeQuorumRequest): Encodable<typeof describeQuorumResponse> {
    throw new Error('not built yet');
  }

  fetchSnapshot(_request: FetchSnapshotRequest): Encodable<typeof fetchSnapshotResponse> {
    throw new Error('not built yet');
  }
}
