/** What the controller of a node is made of. Settings are read when they are used, because some can change. */
import type { Logger } from '../platform/logger.ts';
import type { Platform } from '../platform/platform.ts';
import type { ConfigRules, ControllerPolicy, ReplicaPolicy } from './command.ts';
import type { CostlyElection } from './costly-elections.ts';
import type { MetadataLog } from './metadata-log/metadata-log.ts';
import type { MetadataPublisher } from './metadata-publisher.ts';

export interface ControllerSettings {
  /** broker.session.timeout.ms */
  readonly brokerSessionTimeoutMs: number;
  /** inter.broker.listener.name: the endpoint of a broker where other nodes reach it. */
  readonly interBrokerListenerName: string;
  /** auto.leader.rebalance.enable */
  readonly autoLeaderRebalanceEnable: boolean;
  /** leader.imbalance.check.interval.seconds */
  readonly leaderImbalanceCheckIntervalMs: number;
  /** leader.imbalance.per.broker.percentage */
  readonly leaderImbalancePerBrokerPercentage: number;
}

export interface ControllerOptions {
  readonly platform: Platform;
  readonly logger: Logger;
  readonly nodeId: number;
  /** `start` it with this controller as the listener. */
  readonly metadataLog: MetadataLog;
  readonly publisher: MetadataPublisher;
  /** Read for every command, so that dynamic keys count at once. */
  readonly policy: () => ControllerPolicy;
  /** min.insync.replicas and unclean.leader.election.enable as this node's configuration has them. */
  readonly replicaPolicy: () => ReplicaPolicy;
  readonly rules: ConfigRules;
  readonly settings: () => ControllerSettings;
  /** While this node is active: an election that cost or could have cost records. */
  readonly onElection?: (kind: CostlyElection) => void;
  /** The metadata log can no longer be trusted: end the process with this message. */
  readonly onFatal: (message: string, cause: unknown) => void;
}
