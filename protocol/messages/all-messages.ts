/**
 * Every schema of this folder by its name. For what handles messages in general (the codec command, golden and
 * fuzz tests); a user of one message imports its file.
 */
import type { MessageSchema } from '../schema/notation.ts';
import * as produce from './00-produce.ts';
import * as fetch from './01-fetch.ts';
import * as listOffsets from './02-list-offsets.ts';
import * as metadata from './03-metadata.ts';
import * as offsetCommit from './08-offset-commit.ts';
import * as offsetFetch from './09-offset-fetch.ts';
import * as findCoordinator from './10-find-coordinator.ts';
import * as joinGroup from './11-join-group.ts';
import * as heartbeat from './12-heartbeat.ts';
import * as leaveGroup from './13-leave-group.ts';
import * as syncGroup from './14-sync-group.ts';
import * as describeGroups from './15-describe-groups.ts';
import * as listGroups from './16-list-groups.ts';
import * as saslHandshake from './17-sasl-handshake.ts';
import * as apiVersions from './18-api-versions.ts';
import * as createTopics from './19-create-topics.ts';
import * as deleteTopics from './20-delete-topics.ts';
import * as deleteRecords from './21-delete-records.ts';
import * as initProducerId from './22-init-producer-id.ts';
import * as offsetForLeaderEpoch from './23-offset-for-leader-epoch.ts';
import * as addPartitionsToTxn from './24-add-partitions-to-txn.ts';
import * as addOffsetsToTxn from './25-add-offsets-to-txn.ts';
import * as endTxn from './26-end-txn.ts';
import * as writeTxnMarkers from './27-write-txn-markers.ts';
import * as txnOffsetCommit from './28-txn-offset-commit.ts';
import * as describeAcls from './29-describe-acls.ts';
import * as createAcls from './30-create-acls.ts';
import * as deleteAcls from './31-delete-acls.ts';
import * as describeConfigs from './32-describe-configs.ts';
import * as alterConfigs from './33-alter-configs.ts';
import * as alterReplicaLogDirs from './34-alter-replica-log-dirs.ts';
import * as describeLogDirs from './35-describe-log-dirs.ts';
import * as saslAuthenticate from './36-sasl-authenticate.ts';
import * as createPartitions from './37-create-partitions.ts';
import * as createDelegationToken from './38-create-delegation-token.ts';
import * as renewDelegationToken from './39-renew-delegation-token.ts';
import * as expireDelegationToken from './40-expire-delegation-token.ts';
import * as describeDelegationToken from './41-describe-delegation-token.ts';
import * as deleteGroups from './42-delete-groups.ts';
import * as electLeaders from './43-elect-leaders.ts';
import * as incrementalAlterConfigs from './44-incremental-alter-configs.ts';
import * as alterPartitionReassignments from './45-alter-partition-reassignments.ts';
import * as listPartitionReassignments from './46-list-partition-reassignments.ts';
import * as offsetDelete from './47-offset-delete.ts';
import * as describeClientQuotas from './48-describe-client-quotas.ts';
import * as alterClientQuotas from './49-alter-client-quotas.ts';
import * as describeUserScramCredentials from './50-describe-user-scram-credentials.ts';
import * as alterUserScramCredentials from './51-alter-user-scram-credentials.ts';
import * as vote from './52-vote.ts';
import * as beginQuorumEpoch from './53-begin-quorum-epoch.ts';
import * as endQuorumEpoch from './54-end-quorum-epoch.ts';
import * as describeQuorum from './55-describe-quorum.ts';
import * as alterPartition from './56-alter-partition.ts';
import * as updateFeatures from './57-update-features.ts';
import * as envelope from './58-envelope.ts';
import * as fetchSnapshot from './59-fetch-snapshot.ts';
import * as describeCluster from './60-describe-cluster.ts';
import * as describeProducers from './61-describe-producers.ts';
import * as brokerRegistration from './62-broker-registration.ts';
import * as brokerHeartbeat from './63-broker-heartbeat.ts';
import * as unregisterBroker from './64-unregister-broker.ts';
import * as describeTransactions from './65-describe-transactions.ts';
import * as listTransactions from './66-list-transactions.ts';
import * as allocateProducerIds from './67-allocate-producer-ids.ts';
import * as consumerGroupHeartbeat from './68-consumer-group-heartbeat.ts';
import * as consumerGroupDescribe from './69-consumer-group-describe.ts';
import * as controllerRegistration from './70-controller-registration.ts';
import * as getTelemetrySubscriptions from './71-get-telemetry-subscriptions.ts';
import * as pushTelemetry from './72-push-telemetry.ts';
import * as assignReplicasToDirs from './73-assign-replicas-to-dirs.ts';
import * as listConfigResources from './74-list-config-resources.ts';
import * as describeTopicPartitions from './75-describe-topic-partitions.ts';
import * as shareGroupHeartbeat from './76-share-group-heartbeat.ts';
import * as shareGroupDescribe from './77-share-group-describe.ts';
import * as shareFetch from './78-share-fetch.ts';
import * as shareAcknowledge from './79-share-acknowledge.ts';
import * as addRaftVoter from './80-add-raft-voter.ts';
import * as removeRaftVoter from './81-remove-raft-voter.ts';
import * as updateRaftVoter from './82-update-raft-voter.ts';
import * as initializeShareGroupState from './83-initialize-share-group-state.ts';
import * as readShareGroupState from './84-read-share-group-state.ts';
import * as writeShareGroupState from './85-write-share-group-state.ts';
import * as deleteShareGroupState from './86-delete-share-group-state.ts';
import * as readShareGroupStateSummary from './87-read-share-group-state-summary.ts';
import * as streamsGroupHeartbeat from './88-streams-group-heartbeat.ts';
import * as streamsGroupDescribe from './89-streams-group-describe.ts';
import * as describeShareGroupOffsets from './90-describe-share-group-offsets.ts';
import * as alterShareGroupOffsets from './91-alter-share-group-offsets.ts';
import * as deleteShareGroupOffsets from './92-delete-share-group-offsets.ts';
import * as recordsConsumerGroup from './records-consumer-group.ts';
import * as recordsConsumerProtocol from './records-consumer-protocol.ts';
import * as recordsControl from './records-control.ts';
import * as recordsGroupOffsets from './records-group-offsets.ts';
import * as recordsMetadataAccess from './records-metadata-access.ts';
import * as recordsMetadataCluster from './records-metadata-cluster.ts';
import * as recordsMetadataTopics from './records-metadata-topics.ts';
import * as recordsMetadataTransactions from './records-metadata-transactions.ts';
import * as recordsRemoteLog from './records-remote-log.ts';
import * as recordsShareGroup from './records-share-group.ts';
import * as recordsShareState from './records-share-state.ts';
import * as recordsStreamsGroup from './records-streams-group.ts';
import * as recordsTransactionState from './records-transaction-state.ts';

const modules: readonly Readonly<Record<string, unknown>>[] = [
  produce,
  fetch,
  listOffsets,
  metadata,
  offsetCommit,
  offsetFetch,
  findCoordinator,
  joinGroup,
  heartbeat,
  leaveGroup,
  syncGroup,
  describeGroups,
  listGroups,
  saslHandshake,
  apiVersions,
  createTopics,
  deleteTopics,
  deleteRecords,
  initProducerId,
  offsetForLeaderEpoch,
  addPartitionsToTxn,
  addOffsetsToTxn,
  endTxn,
  writeTxnMarkers,
  txnOffsetCommit,
  describeAcls,
  createAcls,
  deleteAcls,
  describeConfigs,
  alterConfigs,
  alterReplicaLogDirs,
  describeLogDirs,
  saslAuthenticate,
  createPartitions,
  createDelegationToken,
  renewDelegationToken,
  expireDelegationToken,
  describeDelegationToken,
  deleteGroups,
  electLeaders,
  incrementalAlterConfigs,
  alterPartitionReassignments,
  listPartitionReassignments,
  offsetDelete,
  describeClientQuotas,
  alterClientQuotas,
  describeUserScramCredentials,
  alterUserScramCredentials,
  vote,
  beginQuorumEpoch,
  endQuorumEpoch,
  describeQuorum,
  alterPartition,
  updateFeatures,
  envelope,
  fetchSnapshot,
  describeCluster,
  describeProducers,
  brokerRegistration,
  brokerHeartbeat,
  unregisterBroker,
  describeTransactions,
  listTransactions,
  allocateProducerIds,
  consumerGroupHeartbeat,
  consumerGroupDescribe,
  controllerRegistration,
  getTelemetrySubscriptions,
  pushTelemetry,
  assignReplicasToDirs,
  listConfigResources,
  describeTopicPartitions,
  shareGroupHeartbeat,
  shareGroupDescribe,
  shareFetch,
  shareAcknowledge,
  addRaftVoter,
  removeRaftVoter,
  updateRaftVoter,
  initializeShareGroupState,
  readShareGroupState,
  writeShareGroupState,
  deleteShareGroupState,
  readShareGroupStateSummary,
  streamsGroupHeartbeat,
  streamsGroupDescribe,
  describeShareGroupOffsets,
  alterShareGroupOffsets,
  deleteShareGroupOffsets,
  recordsConsumerGroup,
  recordsConsumerProtocol,
  recordsControl,
  recordsGroupOffsets,
  recordsMetadataAccess,
  recordsMetadataCluster,
  recordsMetadataTopics,
  recordsMetadataTransactions,
  recordsRemoteLog,
  recordsShareGroup,
  recordsShareState,
  recordsStreamsGroup,
  recordsTransactionState,
];

function isSchema(value: unknown): value is MessageSchema {
  return (
    typeof value === 'object' && value !== null && 'fields' in value && 'versions' in value && 'kind' in value
  );
}

export const allMessages: ReadonlyMap<string, MessageSchema> = new Map(
  modules.flatMap((module) => Object.values(module).filter(isSchema)).map((schema) => [schema.name, schema]),
);
