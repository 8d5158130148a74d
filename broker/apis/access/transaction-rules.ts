/** Rules of the APIs of producers and transactions: who runs one may WRITE its transactional id, besides what it does in it. */
import { ErrorCode } from '../../../protocol/errors.ts';
import {
  initProducerIdRequest,
  initProducerIdResponse,
} from '../../../protocol/messages/22-init-producer-id.ts';
import {
  addPartitionsToTxnRequest,
  addPartitionsToTxnResponse,
} from '../../../protocol/messages/24-add-partitions-to-txn.ts';
import {
  addOffsetsToTxnRequest,
  addOffsetsToTxnResponse,
} from '../../../protocol/messages/25-add-offsets-to-txn.ts';
import { endTxnRequest, endTxnResponse } from '../../../protocol/messages/26-end-txn.ts';
import {
  writeTxnMarkersRequest,
  writeTxnMarkersResponse,
} from '../../../protocol/messages/27-write-txn-markers.ts';
import {
  txnOffsetCommitRequest,
  txnOffsetCommitResponse,
} from '../../../protocol/messages/28-txn-offset-commit.ts';
import {
  describeTransactionsRequest,
  describeTransactionsResponse,
} from '../../../protocol/messages/65-describe-transactions.ts';
import {
  listTransactionsRequest,
  listTransactionsResponse,
} from '../../../protocol/messages/66-list-transactions.ts';
import { AclOperation, ResourceType } from '../../security/acl/acl.ts';
import type { Access } from '../../security/acl/authorizer.ts';
import { partitionResults } from '../transaction-answers.ts';
import { adding, completed, mayOnCluster, rule, split, splitTopics } from './access-rule.ts';
import { refusedOffsets } from './group-rules.ts';

const REFUSED = ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED;
const TOPIC_REFUSED = ErrorCode.TOPIC_AUTHORIZATION_FAILED;
const CLUSTER_REFUSED = ErrorCode.CLUSTER_AUTHORIZATION_FAILED;
const FIRST_VERSION_FOR_BROKERS = 4;

function mayWrite(asker: Access, transactionalId: string): boolean {
  return asker.may(AclOperation.WRITE, ResourceType.TRANSACTIONAL_ID, transactionalId);
}

function mayDescribe(asker: Access, transactionalId: string): boolean {
  return asker.may(AclOperation.DESCRIBE, ResourceType.TRANSACTIONAL_ID, transactionalId);
}

function mayReadGroup(asker: Access, group: string): boolean {
  return asker.may(AclOperation.READ, ResourceType.GROUP, group);
}

/** An idempotent producer needs nothing beyond a topic that it may write to (KIP-679). */
const initProducerId = rule(initProducerIdRequest, initProducerIdResponse, (request, asker, serve) => {
  const { transactionalId } = request;
  if (transactionalId !== null) {
    return mayWrite(asker, transactionalId) ? serve(request) : { errorCode: REFUSED, producerEpoch: -1 };
  }
  const mayBeIdempotent =
    mayOnCluster(asker, AclOperation.IDEMPOTENT_WRITE) ||
    asker.mayOnAny(AclOperation.WRITE, ResourceType.TOPIC);
  return mayBeIdempotent ? serve(request) : { errorCode: CLUSTER_REFUSED, producerEpoch: -1 };
});

/** From 4 on brokers ask it. One topic that is refused refuses all, as one that is not there does. */
const addPartitionsToTxn = rule(
  addPartitionsToTxnRequest,
  addPartitionsToTxnResponse,
  (request, asker, serve) => {
    if (asker.apiVersion >= FIRST_VERSION_FOR_BROKERS) {
      return mayOnCluster(asker, AclOperation.CLUSTER_ACTION)
        ? serve(request)
        : { errorCode: CLUSTER_REFUSED };
    }
    const { v3AndBelowTransactionalId, v3AndBelowTopics: topics } = request;
    if (!mayWrite(asker, v3AndBelowTransactionalId))
      return { resultsByTopicV3AndBelow: partitionResults(topics, () => REFUSED) };
    const { refused } = splitTopics(topics, asker, AclOperation.WRITE);
    if (refused.length === 0) return serve(request);
    const names = new Set(refused.map(({ name }) => name));
    const { topicsByName } = asker.services.image();
    const codeOf = (topic: string, partition: number): number => {
      if (names.has(topic)) return TOPIC_REFUSED;
      const isThere = topicsByName.get(topic)?.partitions.has(partition) === true;
      return isThere ? ErrorCode.OPERATION_NOT_ATTEMPTED : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
    };
    return { resultsByTopicV3AndBelow: partitionResults(topics, codeOf) };
  },
);

const addOffsetsToTxn = rule(addOffsetsToTxnRequest, addOffsetsToTxnResponse, (request, asker, serve) => {
  if (!mayWrite(asker, request.transactionalId)) return { errorCode: REFUSED };
  if (!mayReadGroup(asker, request.groupId)) return { errorCode: ErrorCode.GROUP_AUTHORIZATION_FAILED };
  return serve(request);
});

const endTxn = rule(endTxnRequest, endTxnResponse, (request, asker, serve) =>
  mayWrite(asker, request.transactionalId) ? serve(request) : { errorCode: REFUSED },
);

/** Brokers send it; a tool that ends a hanging transaction ALTERs the cluster (KIP-664). */
const writeTxnMarkers = rule(writeTxnMarkersRequest, writeTxnMarkersResponse, (request, asker, serve) => {
  if (mayOnCluster(asker, AclOperation.ALTER) || mayOnCluster(asker, AclOperation.CLUSTER_ACTION))
    return serve(request);
  const errorCode = CLUSTER_REFUSED;
  return {
    markers: request.markers.map(({ producerId, topics }) => ({
      producerId,
      topics: topics.map(({ name, partitionIndexes }) => ({
        name,
        partitions: partitionIndexes.map((partitionIndex) => ({ partitionIndex, errorCode })),
      })),
    })),
  };
});

const txnOffsetCommit = rule(txnOffsetCommitRequest, txnOffsetCommitResponse, (request, asker, serve) => {
  const { transactionalId, groupId, topics } = request;
  if (!mayWrite(asker, transactionalId)) return { topics: refusedOffsets(topics, REFUSED) };
  if (!mayReadGroup(asker, groupId))
    return { topics: refusedOffsets(topics, ErrorCode.GROUP_AUTHORIZATION_FAILED) };
  const { allowed, refused } = splitTopics(topics, asker, AclOperation.READ);
  const more = refusedOffsets(refused, TOPIC_REFUSED);
  if (allowed.length === 0 && more.length > 0) return { topics: more };
  return adding(serve({ ...request, topics: allowed }), 'topics', more);
});

/** Topics that the asker may not describe are left out of a transaction that he may. */
const describeTransactions = rule(
  describeTransactionsRequest,
  describeTransactionsResponse,
  (request, asker, serve) => {
    const { allowed, refused } = split(request.transactionalIds, (id) => mayDescribe(asker, id));
    return completed(serve({ ...request, transactionalIds: allowed }), (answer) => ({
      ...answer,
      transactionStates: [
        ...(answer.transactionStates ?? []).map((state) => ({
          ...state,
          topics: (state.topics ?? []).filter(({ topic = '' }) =>
            asker.may(AclOperation.DESCRIBE, ResourceType.TOPIC, topic),
          ),
        })),
        ...refused.map((transactionalId) => ({ transactionalId, errorCode: REFUSED })),
      ],
    }));
  },
);

const listTransactions = rule(listTransactionsRequest, listTransactionsResponse, (request, asker, serve) =>
  completed(serve(request), (answer) => ({
    ...answer,
    transactionStates: (answer.transactionStates ?? []).filter(({ transactionalId = '' }) =>
      mayDescribe(asker, transactionalId),
    ),
  })),
);

export const transactionRules = [
  initProducerId,
  addPartitionsToTxn,
  addOffsetsToTxn,
  endTxn,
  writeTxnMarkers,
  txnOffsetCommit,
  describeTransactions,
  listTransactions,
];
