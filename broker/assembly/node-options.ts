/** What a node is made from, and what is left of it when it runs. */
import type { BrokerConfig } from '../config/broker-config.ts';
import type { Controller } from '../controller/controller.ts';
import type { MetadataImage } from '../controller/image.ts';
import type { ReplicatedMetadataLog } from '../controller/metadata-log/replicated-metadata-log.ts';
import type { GroupCoordinator } from '../coordinator/group/group-coordinator.ts';
import type { BrokerLifecycle } from '../lifecycle/broker-lifecycle.ts';
import type { BrokerMetrics } from '../metrics/broker-metrics.ts';
import type { Logger } from '../platform/logger.ts';
import type { Platform } from '../platform/platform.ts';
import type { RecordWork } from '../record-work/record-work.ts';
import type { ReplicaManager } from '../replication/replica-manager.ts';
import type { Listen } from '../server/listening.ts';

export interface NodeOptions {
  readonly config: BrokerConfig;
  readonly platform: Platform;
  readonly logger: Logger;
  readonly metrics: BrokerMetrics;
  /** Long work on records; default: at once, on this thread. */
  readonly recordWork?: RecordWork;
  /** Binds the node's addresses: real ones, or those of a network in memory. */
  readonly listen: Listen;
  /** The data directories are this node's; nothing is bound yet. What it rejects with ends the start. */
  readonly beforeListening?: () => Promise<void>;
  /** Ends a start that still waits, for the rest of the cluster above all; it rejects with StartAborted. */
  readonly aborted?: AbortSignal;
  readonly version: string;
  /** Wall time. */
  readonly startedAtMs: number;
  /** Files of all logs that may be open at one time; default: no limit but the system's. */
  readonly maxOpenLogFiles?: number;
  /** Told as soon as the node has metadata, long before it serves, for who looks over its shoulder. */
  readonly onParts?: (parts: NodeParts) => void;
  /** The node can no longer keep its promises: end the process. */
  readonly onFatal: (message: string, cause: unknown) => void;
}

/** The start was given up because somebody asked for the end. */
export class StartAborted extends Error {
  override readonly name = 'StartAborted';

  constructor() {
    super('The start was given up.');
  }
}

/** What only a node with the role of a broker has. */
export interface RunningBrokerParts {
  readonly replicaManager: ReplicaManager;
  readonly groupCoordinator: GroupCoordinator;
  readonly lifecycle: BrokerLifecycle;
}

/** What there is of a node, also while it starts. */
export interface NodeParts {
  readonly nodeId: number;
  readonly controller: Controller;
  readonly metadataLog: ReplicatedMetadataLog;
  /** Null on a node that is a controller only, and before the listeners for clients are bound. */
  readonly broker: RunningBrokerParts | null;
  image(): MetadataImage;
}

export interface RunningNode extends NodeParts {
  readonly clusterId: string;
  /** The port of the first listener for clients, as bound; of a controller alone, that of its first listener. */
  readonly port: number;
  /** A broker that serves; a controller that knows who leads. */
  isHealthy(): boolean;
  /** Hands over and stops cleanly; later calls wait for the first. */
  stop(): Promise<void>;
}
