/**
 * How a node whose disk knows of no cluster finds out which one it belongs to, and whether that has a past: a voter that
 * lost its disk forgot what it acknowledged, and must not vote before it has it again.
 *
 * It asks the other voters with DescribeCluster over their controller listeners. Who belongs to a cluster that has a
 * past names its id; who has none proposes one, in the error message. While it asks, this node must answer the same question:
 * `answer` is what a DescribeCluster with endpointType 2 is answered with until the metadata log is open.
 */
import type { Logger } from '../../platform/logger.ts';
import type { Platform } from '../../platform/platform.ts';
import type { QuorumTimeouts } from '../quorum/quorum-effects.ts';
import type { QuorumVoter } from './replicated-metadata-log.ts';

export interface FirstContactOptions {
  readonly platform: Platform;
  readonly logger: Logger;
  readonly nodeId: number;
  readonly voters: readonly QuorumVoter[];
  readonly timeouts: QuorumTimeouts;
  /** From meta.properties; null when there is none. */
  readonly clusterId: string | null;
}

/** `joins`: give it to ReplicatedMetadataLog.open. */
export interface FirstContactOutcome {
  readonly clusterId: string;
  readonly joins: boolean;
}

/** What DescribeCluster (endpointType 2) says of cluster and id. */
export interface ClusterAnswer {
  /** Empty as long as the cluster has no past. */
  readonly clusterId: string;
  /** Then the id that it would have. */
  readonly errorMessage: string | null;
}

export class FirstContact {
  constructor(_options: FirstContactOptions) {
    throw new Error('not built yet');
  }

  get answer(): ClusterAnswer {
    throw new Error('not built yet');
  }

  /** Waits as long as it takes, saying in the log for whom; ends without an outcome (rejects) after `stop`. */
  decide(): Promise<FirstContactOutcome> {
    throw new Error('not built yet');
  }

  stop(): void {
    throw new Error('not built yet');
  }
}
