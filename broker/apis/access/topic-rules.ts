/** Rules of the APIs that read, write and tell about topics. A topic that may not be described is not told from one that is missing. */
import { ErrorCode } from '../../../protocol/errors.ts';
import { produceRequest, produceResponse } from '../../../protocol/messages/00-produce.ts';
import { fetchRequest, fetchResponse } from '../../../protocol/messages/01-fetch.ts';
import { listOffsetsRequest, listOffsetsResponse } from '../../../protocol/messages/02-list-offsets.ts';
import { deleteRecordsRequest, deleteRecordsResponse } from '../../../protocol/messages/21-delete-records.ts';
import {
  offsetForLeaderEpochRequest,
  offsetForLeaderEpochResponse,
} from '../../../protocol/messages/23-offset-for-leader-epoch.ts';
import {
  describeProducersRequest,
  describeProducersResponse,
} from '../../../protocol/messages/61-describe-producers.ts';
import { AclOperation, ResourceType } from '../../security/acl/acl.ts';
import { hasTransactionalBatch } from '../00-produce.ts';
import { RefusedRequest } from '../api-handler.ts';
import { adding, mayOnCluster, rule, split, splitTopics } from './access-rule.ts';

const errorCode = ErrorCode.TOPIC_AUTHORIZATION_FAILED;
const NO_OFFSET = -1n;

const produce = rule(produceRequest, produceResponse, (request, asker, serve) => {
  const { transactionalId, topicData, acks } = request;
  const refusal = (code: number, topics: typeof topicData) =>
    topics.map(({ name, partitionData }) => ({
      name,
      partitionResponses: partitionData.map(({ index }) => ({
        index,
        errorCode: code,
        baseOffset: NO_OFFSET,
      })),
    }));
  const isTransactional = topicData.some(hasTransactionalBatch);
  const isOfTransaction =
    !isTransactional ||
    (transactionalId !== null &&
      asker.may(AclOperation.WRITE, ResourceType.TRANSACTIONAL_ID, transactionalId));
  const { allowed, refused } = isOfTransaction
    ? splitTopics(topicData, asker, AclOperation.WRITE)
    : { allowed: [], refused: topicData };
  if (refused.length === 0) return serve(request);
  const served = serve({ ...request, topicData: allowed });
  const code = isOfTransaction ? errorCode : ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED;
  if (acks !== 0) {
    return adding(served, 'responses', refusal(code, refused));
  }
  // Its connection ends: the only thing that who wants no answer notices.
  return served.then(() => {
    throw new RefusedRequest(`a produce request with acks=0 failed with error ${String(code)}`);
  });
});

/** What a session goes on to fetch is not named in the request: each read asks again. */
const fetch = rule(fetchRequest, fetchResponse, (request, asker, serve) => {
  const isFollower = Math.max(request.replicaId, request.replicaState.replicaId) >= 0;
  if (!isFollower)
    return serve(request, { mayRead: (topic) => asker.may(AclOperation.READ, ResourceType.TOPIC, topic) });
  return mayOnCluster(asker, AclOperation.CLUSTER_ACTION)
    ? serve(request)
    : serve(request, { mayRead: () => false });
});

const listOffsets = rule(listOffsetsRequest, listOffsetsResponse, (request, asker, serve) => {
  const { allowed, refused } = splitTopics(request.topics, asker, AclOperation.DESCRIBE);
  const more = refused.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode })),
  }));
  return adding(serve({ ...request, topics: allowed }), 'topics', more);
});

const deleteRecords = rule(deleteRecordsRequest, deleteRecordsResponse, (request, asker, serve) => {
  const { allowed, refused } = splitTopics(request.topics, asker, AclOperation.DELETE);
  const more = refused.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map(({ partitionIndex }) => ({
      partitionIndex,
      errorCode,
      lowWatermark: NO_OFFSET,
    })),
  }));
  return adding(serve({ ...request, topics: allowed }), 'topics', more);
});

/** Followers ask it as well as consumers. */
const offsetForLeaderEpoch = rule(
  offsetForLeaderEpochRequest,
  offsetForLeaderEpochResponse,
  (request, asker, serve) => {
    const isNode = mayOnCluster(asker, AclOperation.CLUSTER_ACTION);
    const { allowed, refused } = split(
      request.topics,
      ({ topic }) => isNode || asker.may(AclOperation.DESCRIBE, ResourceType.TOPIC, topic),
    );
    const more = refused.map(({ topic, partitions }) => ({
      topic,
      partitions: partitions.map(({ partition }) => ({ partition, errorCode })),
    }));
    return adding(serve({ ...request, topics: allowed }), 'topics', more);
  },
);

const describeProducers = rule(
  describeProducersRequest,
  describeProducersResponse,
  (request, asker, serve) => {
    const { allowed, refused } = splitTopics(request.topics, asker, AclOperation.READ);
    const more = refused.map(({ name, partitionIndexes }) => ({
      name,
      partitions: partitionIndexes.map((partitionIndex) => ({ partitionIndex, errorCode })),
    }));
    return adding(serve({ ...request, topics: allowed }), 'topics', more);
  },
);

export const topicRules = [
  produce,
  fetch,
  listOffsets,
  deleteRecords,
  offsetForLeaderEpoch,
  describeProducers,
];
