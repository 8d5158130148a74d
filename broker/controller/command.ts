/**
 * The shape of every decision of the controller: records to write and the answer to give once they are committed.
 * Managers are pure: (request, image, policy, random values) in, this out. Kafka calls it ControllerResult.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import type { ConfigResourceType } from './image.ts';
import type { MetadataRecord } from './metadata-record.ts';

export interface CommandResult<Response> {
  /** Written as one batch: after a crash all of it is there or nothing. Empty: nothing to write. */
  readonly records: readonly MetadataRecord[];
  readonly response: Response;
  /** Set for commands that are right after any prefix of their records too and may exceed one batch. */
  readonly divisible?: boolean;
}

/** An expected refusal, as every answer of the controller carries it. Code 0 and null mean none. */
export interface CommandError {
  readonly errorCode: number;
  readonly errorMessage: string | null;
}

/** Messages may quote what a client sent, and a string of the old encoding has at most 32,767 bytes. */
const MAX_MESSAGE_LENGTH = 1_000;

export function refusal(errorCode: number, message: string): CommandError {
  const isLong = message.length > MAX_MESSAGE_LENGTH;
  return { errorCode, errorMessage: isLong ? `${message.slice(0, MAX_MESSAGE_LENGTH)}...` : message };
}

export interface InternalTopicSettings {
  readonly partitions: number;
  readonly replicationFactor: number;
  readonly configs: ReadonlyMap<string, string>;
}

/** What the broker's configuration says about topics; read anew for each command, because keys can change. */
export interface ControllerPolicy {
  readonly defaultPartitions: number;
  readonly defaultReplicationFactor: number;
  readonly autoCreateTopicsEnable: boolean;
  readonly deleteTopicEnable: boolean;
  /** By name: __consumer_offsets and its like, made by the broker itself. */
  readonly internalTopics: ReadonlyMap<string, InternalTopicSettings>;
}

/** What of a client's quota of changes is left (KIP-599). */
export interface MutationAllowance {
  /** Whether so many partitions may be changed; they are counted if so. */
  take(partitions: number): boolean;
}

export const OVER_QUOTA = refusal(
  ErrorCode.THROTTLING_QUOTA_EXCEEDED,
  'The throttling quota has been exceeded.',
);

/** What this node's configuration says about replicas; overrides of topics and of the whole cluster stand in the image. */
export interface ReplicaPolicy {
  /** min.insync.replicas */
  readonly minInsyncReplicas: number;
  /** unclean.leader.election.enable */
  readonly uncleanLeaderElection: boolean;
}

/** The tables of keys, seen from the controller, which knows no key by name. */
export interface ConfigRules {
  /** Null when the value is allowed; otherwise what is wrong. `resourceName` is a topic, a group, a broker id or '' for all. */
  fault(type: ConfigResourceType, resourceName: string, name: string, value: string): string | null;
  /** The text in force without an override if the key is a list; null if it is not a list. Needed for APPEND. */
  listDefault(type: ConfigResourceType, name: string): string | null;
  /** Why a resource cannot have these overrides together, each of which is allowed; null when it can. */
  conflict(type: ConfigResourceType, overrides: ReadonlyMap<string, string>): string | null;
}
