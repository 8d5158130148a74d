/**
 * Every API's rule: which operation on which resource it takes, as Apache Kafka's KafkaApis and ControllerApis have it.
 *
 * Those that take one operation on the cluster for all that they do stand here; the others beside their like. table.ts puts each
 * handler behind its rule, and one without is open to nobody (guarded.ts).
 */
import { fetchRequest, type fetchResponse } from '../../../protocol/messages/01-fetch.ts';
import { saslHandshakeRequest } from '../../../protocol/messages/17-sasl-handshake.ts';
import { apiVersionsRequest } from '../../../protocol/messages/18-api-versions.ts';
import {
  describeAclsRequest,
  type describeAclsResponse,
} from '../../../protocol/messages/29-describe-acls.ts';
import { createAclsRequest } from '../../../protocol/messages/30-create-acls.ts';
import { deleteAclsRequest } from '../../../protocol/messages/31-delete-acls.ts';
import {
  describeLogDirsRequest,
  type describeLogDirsResponse,
} from '../../../protocol/messages/35-describe-log-dirs.ts';
import { saslAuthenticateRequest } from '../../../protocol/messages/36-sasl-authenticate.ts';
import { electLeadersRequest } from '../../../protocol/messages/43-elect-leaders.ts';
import { alterPartitionReassignmentsRequest } from '../../../protocol/messages/45-alter-partition-reassignments.ts';
import { listPartitionReassignmentsRequest } from '../../../protocol/messages/46-list-partition-reassignments.ts';
import {
  describeClientQuotasRequest,
  type describeClientQuotasResponse,
} from '../../../protocol/messages/48-describe-client-quotas.ts';
import { alterClientQuotasRequest } from '../../../protocol/messages/49-alter-client-quotas.ts';
import {
  describeUserScramCredentialsRequest,
  type describeUserScramCredentialsResponse,
} from '../../../protocol/messages/50-describe-user-scram-credentials.ts';
import { alterUserScramCredentialsRequest } from '../../../protocol/messages/51-alter-user-scram-credentials.ts';
import { voteRequest } from '../../../protocol/messages/52-vote.ts';
import { beginQuorumEpochRequest } from '../../../protocol/messages/53-begin-quorum-epoch.ts';
import { endQuorumEpochRequest } from '../../../protocol/messages/54-end-quorum-epoch.ts';
import { describeQuorumRequest } from '../../../protocol/messages/55-describe-quorum.ts';
import { alterPartitionRequest } from '../../../protocol/messages/56-alter-partition.ts';
import { updateFeaturesRequest } from '../../../protocol/messages/57-update-features.ts';
import { envelopeRequest } from '../../../protocol/messages/58-envelope.ts';
import { fetchSnapshotRequest } from '../../../protocol/messages/59-fetch-snapshot.ts';
import { brokerRegistrationRequest } from '../../../protocol/messages/62-broker-registration.ts';
import { brokerHeartbeatRequest } from '../../../protocol/messages/63-broker-heartbeat.ts';
import { unregisterBrokerRequest } from '../../../protocol/messages/64-unregister-broker.ts';
import { allocateProducerIdsRequest } from '../../../protocol/messages/67-allocate-producer-ids.ts';
import { assignReplicasToDirsRequest } from '../../../protocol/messages/73-assign-replicas-to-dirs.ts';
import {
  listConfigResourcesRequest,
  type listConfigResourcesResponse,
} from '../../../protocol/messages/74-list-config-resources.ts';
import type { MessageSchema } from '../../../protocol/schema/notation.ts';
import { AclOperation } from '../../security/acl/acl.ts';
import { refusalWith } from '../refusal.ts';
import { type AccessRule, onCluster, open } from './access-rule.ts';
import { adminRules } from './admin-rules.ts';
import { consumerGroupRules } from './consumer-group-rules.ts';
import { groupRules } from './group-rules.ts';
import { metadataRules } from './metadata-rules.ts';
import { topicRules } from './topic-rules.ts';
import { transactionRules } from './transaction-rules.ts';

const { ALTER, ALTER_CONFIGS, CLUSTER_ACTION, DESCRIBE, DESCRIBE_CONFIGS } = AclOperation;

/** Who is to be known first must be able to ask. */
const openRules = [open(apiVersionsRequest), open(saslHandshakeRequest), open(saslAuthenticateRequest)];

const clusterRules: readonly AccessRule[] = [
  onCluster<typeof describeAclsResponse>(describeAclsRequest, DESCRIBE, (errorCode) => ({
    ...refusalWith(errorCode),
    resources: [],
  })),
  onCluster(createAclsRequest, ALTER),
  onCluster(deleteAclsRequest, ALTER),
  onCluster<typeof describeLogDirsResponse>(describeLogDirsRequest, DESCRIBE, (errorCode) => ({
    errorCode,
    results: [],
  })),
  onCluster(electLeadersRequest, ALTER),
  onCluster(alterPartitionReassignmentsRequest, ALTER),
  onCluster(listPartitionReassignmentsRequest, DESCRIBE),
  onCluster<typeof describeClientQuotasResponse>(
    describeClientQuotasRequest,
    DESCRIBE_CONFIGS,
    (errorCode) => ({ ...refusalWith(errorCode), entries: null }),
  ),
  onCluster(alterClientQuotasRequest, ALTER_CONFIGS),
  onCluster<typeof describeUserScramCredentialsResponse>(
    describeUserScramCredentialsRequest,
    DESCRIBE,
    (errorCode) => ({ ...refusalWith(errorCode), results: [] }),
  ),
  onCluster(alterUserScramCredentialsRequest, ALTER),
  onCluster<typeof listConfigResourcesResponse>(
    listConfigResourcesRequest,
    DESCRIBE_CONFIGS,
    (errorCode) => ({ errorCode, configResources: [] }),
  ),
  onCluster(describeQuorumRequest, DESCRIBE),
  onCluster(updateFeaturesRequest, ALTER),
  onCluster(unregisterBrokerRequest, ALTER),
];

/** What nodes ask each other, each with one error code for all of it. */
const nodeRules = [
  voteRequest,
  beginQuorumEpochRequest,
  endQuorumEpochRequest,
  alterPartitionRequest,
  envelopeRequest,
  fetchSnapshotRequest,
  brokerRegistrationRequest,
  brokerHeartbeatRequest,
  allocateProducerIdsRequest,
  assignReplicasToDirsRequest,
].map((request) => betweenNodes(request));

function betweenNodes(request: MessageSchema): AccessRule {
  return onCluster(request, CLUSTER_ACTION, (errorCode) => ({ errorCode }));
}

function byKey(rules: readonly AccessRule[]): ReadonlyMap<number, AccessRule> {
  return new Map(rules.map((rule) => [rule.request.apiKey, rule]));
}

const everywhere = [...openRules, ...clusterRules, ...metadataRules, ...adminRules];

/** On listeners of clients, by API key. */
export const clientRules = byKey([
  ...everywhere,
  ...topicRules,
  ...groupRules,
  ...consumerGroupRules,
  ...transactionRules,
]);

/** On listeners of controllers: there only nodes fetch, from the metadata log. */
export const controllerRules = byKey([
  ...everywhere,
  ...nodeRules,
  onCluster<typeof fetchResponse>(fetchRequest, CLUSTER_ACTION, (errorCode) => ({ errorCode })),
]);
