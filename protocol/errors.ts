/**
 * Kafka's error codes: one table for broker, client and console. The messages are ours; names and codes are those of
 * org.apache.kafka.common.protocol.Errors, and so is what a client may do about them. Protocol errors are values:
 * they travel in answers as codes and are never thrown inside the broker.
 */

/** The same request may succeed later. */
const RETRY = 1;
/** The same request may succeed later, after asking anew who leads what. */
const REFRESH = 2;

type Row = readonly [code: number, message: string, retry?: typeof RETRY | typeof REFRESH];

const errors = {
  UNKNOWN_SERVER_ERROR: [-1, 'The broker met an unexpected error.'],
  NONE: [0, 'No error.'],
  OFFSET_OUT_OF_RANGE: [1, "The offset lies outside the partition's log."],
  CORRUPT_MESSAGE: [2, 'The records failed their checksum or are otherwise damaged.', RETRY],
  UNKNOWN_TOPIC_OR_PARTITION: [3, 'This broker has no such topic or partition.', REFRESH],
  INVALID_FETCH_SIZE: [4, 'The fetch size is not valid.'],
  LEADER_NOT_AVAILABLE: [5, 'The partition has no leader at the moment.', REFRESH],
  NOT_LEADER_OR_FOLLOWER: [6, "This broker is not the partition's leader (or no follower of it).", REFRESH],
  REQUEST_TIMED_OUT: [7, 'The request was not done in the time it allowed.', RETRY],
  BROKER_NOT_AVAILABLE: [8, 'The broker is not available.'],
  REPLICA_NOT_AVAILABLE: [9, 'The replica is not available on this broker.', REFRESH],
  MESSAGE_TOO_LARGE: [10, 'The record batch is larger than the topic allows (max.message.bytes).'],
  STALE_CONTROLLER_EPOCH: [11, 'The controller that asks has been replaced.'],
  OFFSET_METADATA_TOO_LARGE: [12, 'The metadata string of the committed offset is too long.'],
  NETWORK_EXCEPTION: [13, 'The connection broke before an answer came.', REFRESH],
  COORDINATOR_LOAD_IN_PROGRESS: [14, 'The coordinator is still loading its log.', RETRY],
  COORDINATOR_NOT_AVAILABLE: [15, 'The coordinator is not available yet.', RETRY],
  NOT_COORDINATOR: [16, 'This broker is not the coordinator of the group or transaction.', RETRY],
  INVALID_TOPIC_EXCEPTION: [17, 'The topic name is not valid, or the topic is internal.'],
  RECORD_LIST_TOO_LARGE: [18, 'The batch is larger than a segment of the log may be.'],
  NOT_ENOUGH_REPLICAS: [19, 'Fewer replicas are in sync than min.insync.replicas asks for.', RETRY],
  NOT_ENOUGH_REPLICAS_AFTER_APPEND: [
    20,
    'The records were written, but to fewer in-sync replicas than required.',
    RETRY,
  ],
  INVALID_REQUIRED_ACKS: [21, 'acks must be 0, 1 or -1.'],
  ILLEGAL_GENERATION: [22, "The generation is not the group's current one."],
  INCONSISTENT_GROUP_PROTOCOL: [23, "The member's protocols do not fit those of the group."],
  INVALID_GROUP_ID: [24, 'The group id is not valid.'],
  UNKNOWN_MEMBER_ID: [25, 'The group has no such member.'],
  INVALID_SESSION_TIMEOUT: [26, 'The session timeout lies outside what the broker allows.'],
  REBALANCE_IN_PROGRESS: [27, 'The group is rebalancing; the member must join again.'],
  INVALID_COMMIT_OFFSET_SIZE: [28, 'The committed offsets do not fit into one record batch.'],
  TOPIC_AUTHORIZATION_FAILED: [29, 'Not allowed on this topic.'],
  GROUP_AUTHORIZATION_FAILED: [30, 'Not allowed on this group.'],
  CLUSTER_AUTHORIZATION_FAILED: [31, 'Not allowed on this cluster.'],
  INVALID_TIMESTAMP: [32, "The record's timestamp is too far from the broker's clock."],
  UNSUPPORTED_SASL_MECHANISM: [33, 'The broker does not offer this SASL mechanism.'],
  ILLEGAL_SASL_STATE: [34, 'This request is not allowed in the present state of authentication.'],
  UNSUPPORTED_VERSION: [35, 'The broker does not serve this version of the API.'],
  TOPIC_ALREADY_EXISTS: [36, 'A topic of this name exists already.'],
  INVALID_PARTITIONS: [37, 'The number of partitions is not valid.'],
  INVALID_REPLICATION_FACTOR: [38, 'The replication factor is below 1 or larger than the number of brokers.'],
  INVALID_REPLICA_ASSIGNMENT: [39, 'The assignment of replicas is not valid.'],
  INVALID_CONFIG: [40, 'A configuration value is not valid.'],
  NOT_CONTROLLER: [41, 'This broker is not the controller.', RETRY],
  INVALID_REQUEST: [42, 'The request contradicts itself or breaks a rule of the protocol.'],
  UNSUPPORTED_FOR_MESSAGE_FORMAT: [43, 'The format in which the records are stored does not support this.'],
  POLICY_VIOLATION: [44, 'A policy of the cluster forbids this.'],
  OUT_OF_ORDER_SEQUENCE_NUMBER: [45, "The producer's sequence number does not follow the last one."],
  DUPLICATE_SEQUENCE_NUMBER: [46, "The producer's sequence number was seen before."],
  INVALID_PRODUCER_EPOCH: [47, "The producer's epoch is older than the newest known."],
  INVALID_TXN_STATE: [48, 'The transaction is not in a state that allows this.'],
  INVALID_PRODUCER_ID_MAPPING: [49, 'The producer id does not belong to this transactional id.'],
  INVALID_TRANSACTION_TIMEOUT: [50, 'The transaction timeout is longer than transaction.max.timeout.ms.'],
  CONCURRENT_TRANSACTIONS: [51, 'Another change of the same transaction is still going on.', RETRY],
  TRANSACTION_COORDINATOR_FENCED: [52, 'The transaction coordinator that asks has been replaced.'],
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED: [53, 'Not allowed with this transactional id.'],
  SECURITY_DISABLED: [54, 'The cluster has no security enabled.'],
  OPERATION_NOT_ATTEMPTED: [55, 'Not tried, because an earlier part of the request failed.'],
  KAFKA_STORAGE_ERROR: [56, "The broker's disk failed.", REFRESH],
  LOG_DIR_NOT_FOUND: [57, 'The broker has no such log directory.'],
  SASL_AUTHENTICATION_FAILED: [58, 'Authentication failed: wrong credentials.'],
  UNKNOWN_PRODUCER_ID: [59, 'The broker remembers nothing of this producer id.'],
  REASSIGNMENT_IN_PROGRESS: [60, 'The partition is already being moved.'],
  DELEGATION_TOKEN_AUTH_DISABLED: [61, 'Delegation tokens are switched off.'],
  DELEGATION_TOKEN_NOT_FOUND: [62, 'There is no such delegation token.'],
  DELEGATION_TOKEN_OWNER_MISMATCH: [63, 'The delegation token belongs to somebody else.'],
  DELEGATION_TOKEN_REQUEST_NOT_ALLOWED: [64, 'Delegation tokens cannot be requested over this connection.'],
  DELEGATION_TOKEN_AUTHORIZATION_FAILED: [65, 'Not allowed with this delegation token.'],
  DELEGATION_TOKEN_EXPIRED: [66, 'The delegation token has expired.'],
  INVALID_PRINCIPAL_TYPE: [67, "The principal's type is not supported."],
  NON_EMPTY_GROUP: [68, 'The group still has members.'],
  GROUP_ID_NOT_FOUND: [69, 'There is no such group.'],
  FETCH_SESSION_ID_NOT_FOUND: [70, 'The broker does not know this fetch session.', RETRY],
  INVALID_FETCH_SESSION_EPOCH: [71, "The fetch session's epoch is not the expected one.", RETRY],
  LISTENER_NOT_FOUND: [72, "The partition's leader has no such listener.", REFRESH],
  TOPIC_DELETION_DISABLED: [73, 'Deleting topics is switched off (delete.topic.enable).'],
  FENCED_LEADER_EPOCH: [74, 'The leader epoch is older than the current one.', REFRESH],
  UNKNOWN_LEADER_EPOCH: [75, 'The leader epoch is newer than what this broker knows.', RETRY],
  UNSUPPORTED_COMPRESSION_TYPE: [76, 'This compression cannot be used with this version of the API.'],
  STALE_BROKER_EPOCH: [77, 'The broker has registered anew since.'],
  OFFSET_NOT_AVAILABLE: [78, 'The leader does not know its high watermark yet.', RETRY],
  MEMBER_ID_REQUIRED: [79, 'The member must join again with the id it was just given.'],
  PREFERRED_LEADER_NOT_AVAILABLE: [80, 'The preferred leader is not available.', REFRESH],
  GROUP_MAX_SIZE_REACHED: [81, 'The group is full (group.max.size).'],
  FENCED_INSTANCE_ID: [82, 'Another member took over this group.instance.id.'],
  ELIGIBLE_LEADERS_NOT_AVAILABLE: [83, 'No replica that may lead is available.', REFRESH],
  ELECTION_NOT_NEEDED: [84, 'The partition needs no election.', REFRESH],
  NO_REASSIGNMENT_IN_PROGRESS: [85, 'The partition is not being moved.'],
  GROUP_SUBSCRIBED_TO_TOPIC: [86, 'The group is subscribed to the topic.'],
  INVALID_RECORD: [87, 'A record breaks a rule of the broker.'],
  UNSTABLE_OFFSET_COMMIT: [88, 'Offsets of an unfinished transaction are still pending.', RETRY],
  THROTTLING_QUOTA_EXCEEDED: [89, 'Too many changes in too short a time.', RETRY],
  PRODUCER_FENCED: [90, 'Another producer with the same transactional id has taken over.'],
  RESOURCE_NOT_FOUND: [91, 'There is no such resource.'],
  DUPLICATE_RESOURCE: [92, 'The resource exists already.'],
  UNACCEPTABLE_CREDENTIAL: [93, 'The credentials do not meet the rules.'],
  INCONSISTENT_VOTER_SET: [94, "The voters differ from the receiver's."],
  INVALID_UPDATE_VERSION: [95, "The feature's update version is not valid."],
  FEATURE_UPDATE_FAILED: [96, 'The features could not be updated.'],
  PRINCIPAL_DESERIALIZATION_FAILURE: [97, 'The forwarded principal cannot be read.'],
  SNAPSHOT_NOT_FOUND: [98, 'There is no such snapshot.'],
  POSITION_OUT_OF_RANGE: [99, 'The position lies outside the snapshot.'],
  UNKNOWN_TOPIC_ID: [100, 'This broker knows no topic with this id.', REFRESH],
  DUPLICATE_BROKER_REGISTRATION: [101, 'A broker with this id is already registered.'],
  BROKER_ID_NOT_REGISTERED: [102, 'No broker with this id is registered.'],
  INCONSISTENT_TOPIC_ID: [103, 'The topic id does not belong to the topic.', REFRESH],
  INCONSISTENT_CLUSTER_ID: [104, 'The cluster id is a different one.'],
  TRANSACTIONAL_ID_NOT_FOUND: [105, 'There is no such transactional id.'],
  FETCH_SESSION_TOPIC_ID_ERROR: [
    106,
    'The fetch session uses topic ids in another way than the request.',
    RETRY,
  ],
  INELIGIBLE_REPLICA: [107, 'The replica may not join the in-sync set.'],
  NEW_LEADER_ELECTED: [108, 'A new leader was elected.'],
  OFFSET_MOVED_TO_TIERED_STORAGE: [109, 'The offset is in tiered storage only.'],
  FENCED_MEMBER_EPOCH: [110, "The member's epoch is fenced."],
  UNRELEASED_INSTANCE_ID: [111, 'The group.instance.id is still held by another member.'],
  UNSUPPORTED_ASSIGNOR: [112, "None of the member's assignors is known to the broker."],
  STALE_MEMBER_EPOCH: [113, "The member's epoch is older than the current one."],
  MISMATCHED_ENDPOINT_TYPE: [114, 'The request went to the wrong kind of node.'],
  UNSUPPORTED_ENDPOINT_TYPE: [115, 'This kind of endpoint is not supported.'],
  UNKNOWN_CONTROLLER_ID: [116, 'There is no controller with this id.'],
  UNKNOWN_SUBSCRIPTION_ID: [117, 'The telemetry subscription is not known.'],
  TELEMETRY_TOO_LARGE: [118, 'The telemetry data is too large.'],
  INVALID_REGISTRATION: [119, 'The registration is not valid.'],
  TRANSACTION_ABORTABLE: [120, 'The transaction can only be aborted now.'],
  INVALID_RECORD_STATE: [121, "The record's state does not allow this acknowledgement."],
  SHARE_SESSION_NOT_FOUND: [122, 'There is no such share session.', RETRY],
  INVALID_SHARE_SESSION_EPOCH: [123, "The share session's epoch is not the expected one.", RETRY],
  FENCED_STATE_EPOCH: [124, "The share state's epoch is fenced."],
  INVALID_VOTER_KEY: [125, "The voter's key is not the receiver's."],
  DUPLICATE_VOTER: [126, 'The voter exists already.'],
  VOTER_NOT_FOUND: [127, 'There is no such voter.'],
  INVALID_REGULAR_EXPRESSION: [128, 'The regular expression is not valid.'],
  REBOOTSTRAP_REQUIRED: [129, 'The client must start again from its bootstrap servers.'],
  STREAMS_INVALID_TOPOLOGY: [130, 'The topology is not valid.'],
  STREAMS_INVALID_TOPOLOGY_EPOCH: [131, "The topology's epoch is not the expected one."],
  STREAMS_TOPOLOGY_FENCED: [132, "The topology is older than the group's."],
  SHARE_SESSION_LIMIT_REACHED: [133, 'The broker has no room for another share session.', RETRY],
} as const satisfies Record<string, Row>;

export type ErrorName = keyof typeof errors;

const entries = Object.entries(errors) as unknown as readonly (readonly [ErrorName, Row])[];

/** `ErrorCode.NOT_LEADER_OR_FOLLOWER` is 6. */
export const ErrorCode = Object.fromEntries(entries.map(([name, [code]]) => [name, code])) as {
  readonly [N in ErrorName]: (typeof errors)[N][0];
};

export interface ErrorInfo {
  readonly code: number;
  readonly name: string;
  /** One sentence for people. */
  readonly message: string;
  /** Whether the same request may succeed later. */
  readonly retriable: boolean;
  /** Whether to ask for fresh metadata before trying again. */
  readonly refreshMetadata: boolean;
}

const byCode = new Map<number, ErrorInfo>(
  entries.map(([name, [code, message, retry]]) => [
    code,
    { code, name, message, retriable: retry !== undefined, refreshMetadata: retry === REFRESH },
  ]),
);

/** Never fails: a code newer than this table is not retriable and named UNKNOWN_ERROR_CODE. */
export function errorOf(code: number): ErrorInfo {
  return (
    byCode.get(code) ?? {
      code,
      name: 'UNKNOWN_ERROR_CODE',
      message: `The broker answered with error code ${code}, which is newer than this program.`,
      retriable: false,
      refreshMetadata: false,
    }
  );
}
