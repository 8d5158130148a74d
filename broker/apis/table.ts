/**
 * Every API that a node serves: `clientApis` on the listeners of clients and of other brokers, `controllerApis` on the
 * controller listener. Requests are routed by these tables and ApiVersions answers from them, so what is advertised
 * and what works cannot differ. docs/protocol-support.md is generated from both. Each handler stands behind its rule
 * (access/rules.ts), wherever it is called from.
 */
import type { MessageSchema } from '../../protocol/schema/notation.ts';
import { produce } from './00-produce.ts';
import { fetch } from './01-fetch.ts';
import { metadataFetch } from './01-metadata-fetch.ts';
import { listOffsets } from './02-list-offsets.ts';
import { metadata } from './03-metadata.ts';
import { offsetCommit } from './08-offset-commit.ts';
import { offsetFetch } from './09-offset-fetch.ts';
import { findCoordinator } from './10-find-coordinator.ts';
import { joinGroup } from './11-join-group.ts';
import { heartbeat } from './12-heartbeat.ts';
import { leaveGroup } from './13-leave-group.ts';
import { syncGroup } from './14-sync-group.ts';
import { describeGroups } from './15-describe-groups.ts';
import { listGroups } from './16-list-groups.ts';
import { saslHandshake } from './17-sasl-handshake.ts';
import { apiVersions } from './18-api-versions.ts';
import { createTopics } from './19-create-topics.ts';
import { deleteTopics } from './20-delete-topics.ts';
import { deleteRecords } from './21-delete-records.ts';
import { initProducerId } from './22-init-producer-id.ts';
import { offsetForLeaderEpoch } from './23-offset-for-leader-epoch.ts';
import { addPartitionsToTxn } from './24-add-partitions-to-txn.ts';
import { addOffsetsToTxn } from './25-add-offsets-to-txn.ts';
import { endTxn } from './26-end-txn.ts';
import { writeTxnMarkers } from './27-write-txn-markers.ts';
import { txnOffsetCommit } from './28-txn-offset-commit.ts';
import { describeAcls } from './29-describe-acls.ts';
import { createAcls } from './30-create-acls.ts';
import { deleteAcls } from './31-delete-acls.ts';
import { describeConfigs } from './32-describe-configs.ts';
import { alterConfigs } from './33-alter-configs.ts';
import { describeLogDirs } from './35-describe-log-dirs.ts';
import { saslAuthenticate } from './36-sasl-authenticate.ts';
import { createPartitions } from './37-create-partitions.ts';
import { deleteGroups } from './42-delete-groups.ts';
import { electLeaders } from './43-elect-leaders.ts';
import { incrementalAlterConfigs } from './44-incremental-alter-configs.ts';
import { alterPartitionReassignments } from './45-alter-partition-reassignments.ts';
import { listPartitionReassignments } from './46-list-partition-reassignments.ts';
import { offsetDelete } from './47-offset-delete.ts';
import { describeClientQuotas } from './48-describe-client-quotas.ts';
import { alterClientQuotas } from './49-alter-client-quotas.ts';
import { describeUserScramCredentials } from './50-describe-user-scram-credentials.ts';
import { alterUserScramCredentials } from './51-alter-user-scram-credentials.ts';
import { vote } from './52-vote.ts';
import { beginQuorumEpoch } from './53-begin-quorum-epoch.ts';
import { endQuorumEpoch } from './54-end-quorum-epoch.ts';
import { describeQuorum } from './55-describe-quorum.ts';
import { alterPartition } from './56-alter-partition.ts';
import { updateFeatures } from './57-update-features.ts';
import { envelope } from './58-envelope.ts';
import { fetchSnapshot } from './59-fetch-snapshot.ts';
import { describeCluster, describeControllers } from './60-describe-cluster.ts';
import { brokerRegistration } from './62-broker-registration.ts';
import { brokerHeartbeat } from './63-broker-heartbeat.ts';
import { unregisterBroker } from './64-unregister-broker.ts';
import { describeProducers } from './61-describe-producers.ts';
import { describeTransactions } from './65-describe-transactions.ts';
import { listTransactions } from './66-list-transactions.ts';
import { allocateProducerIds } from './67-allocate-producer-ids.ts';
import { consumerGroupHeartbeat } from './68-consumer-group-heartbeat.ts';
import { consumerGroupDescribe } from './69-consumer-group-describe.ts';
import { assignReplicasToDirs } from './73-assign-replicas-to-dirs.ts';
import { listConfigResources } from './74-list-config-resources.ts';
import { describeTopicPartitions } from './75-describe-topic-partitions.ts';
import type { AccessRule } from './access/access-rule.ts';
import { guarded } from './access/guarded.ts';
import { clientRules, controllerRules } from './access/rules.ts';
import type { ApiHandler, ControllerApiHandler } from './api-handler.ts';
import type { BrokerServices, ControllerServices } from './broker-services.ts';

/** Served by the active controller wherever they are sent: brokers pass them on (KIP-590). */
const answeredByController: readonly ControllerApiHandler[] = [
  createTopics,
  deleteTopics,
  createAcls,
  deleteAcls,
  alterConfigs,
  createPartitions,
  electLeaders,
  incrementalAlterConfigs,
  alterPartitionReassignments,
  listPartitionReassignments,
  describeQuorum,
  alterClientQuotas,
  alterUserScramCredentials,
  updateFeatures,
  unregisterBroker,
];

const forClients: readonly ApiHandler[] = [
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
  saslAuthenticate,
  apiVersions(() => clientApis.values()),
  deleteRecords,
  initProducerId,
  offsetForLeaderEpoch,
  addPartitionsToTxn,
  addOffsetsToTxn,
  endTxn,
  writeTxnMarkers,
  txnOffsetCommit,
  describeAcls,
  describeConfigs,
  describeClientQuotas,
  describeUserScramCredentials,
  describeLogDirs,
  deleteGroups,
  offsetDelete,
  describeCluster,
  describeProducers,
  describeTransactions,
  listTransactions,
  consumerGroupHeartbeat,
  consumerGroupDescribe,
  listConfigResources,
  describeTopicPartitions,
  ...answeredByController,
];

/** Reached by other nodes and by tools that are given a controller's address; most are forwarded here by brokers. */
const forControllers: readonly ControllerApiHandler[] = [
  metadataFetch,
  saslHandshake,
  saslAuthenticate,
  apiVersions(() => controllerApis.values()),
  describeAcls,
  describeConfigs,
  describeClientQuotas,
  describeUserScramCredentials,
  ...answeredByController,
  vote,
  beginQuorumEpoch,
  endQuorumEpoch,
  alterPartition,
  envelope(() => controllerApis),
  fetchSnapshot,
  describeControllers,
  brokerRegistration,
  brokerHeartbeat,
  allocateProducerIds,
  assignReplicasToDirs,
];

function table<Services extends ControllerServices>(
  handlers: readonly ApiHandler<MessageSchema, MessageSchema, Services>[],
  rules: ReadonlyMap<number, AccessRule>,
): ReadonlyMap<number, ApiHandler<MessageSchema, MessageSchema, Services>> {
  return new Map(
    handlers.map((handler) => {
      const { apiKey } = handler.request;
      return [apiKey, guarded(handler, rules.get(apiKey))];
    }),
  );
}

export const clientApis: ReadonlyMap<number, ApiHandler> = table<BrokerServices>(forClients, clientRules);
export const controllerApis: ReadonlyMap<number, ControllerApiHandler> = table<ControllerServices>(
  forControllers,
  controllerRules,
);
